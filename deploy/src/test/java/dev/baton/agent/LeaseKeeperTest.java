package dev.baton.agent;

import static dev.baton.agent.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.BootId;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Timings;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.heartbeat.Freezer;
import dev.baton.heartbeat.HeartbeatLog;
import dev.baton.heartbeat.HeartbeatProducer;
import dev.baton.heartbeat.RunDirectory;
import dev.baton.heartbeat.SessionFile;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.NodeReport;
import dev.baton.heartbeat.core.SavedSession;
import dev.baton.heartbeat.core.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the two threads that share a lease; heartbeats are acknowledged as soon as they are sent. */
class LeaseKeeperTest {
    private static final NodeId NODE = new NodeId("node1");
    private static final Timings TIMINGS =
            new Timings(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofSeconds(20));

    private final MemoryKernel kernel = new MemoryKernel();
    private final Datapath datapath = kernel.datapath();
    private final Freezer freezer = new Freezer();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private RunDirectory run;

    @SuppressWarnings("NullAway.Init")
    private HeartbeatProducer heartbeats;

    @SuppressWarnings("NullAway.Init")
    private LeaseKeeper keeper;

    @BeforeEach
    void aLeaseIsBegun() throws Exception {
        run = RunDirectory.open(directory, NODE);
        HeartbeatLog log = new HeartbeatLog() {
            @Override
            public void append(LivenessEvent event, Delivery delivery) {
                delivery.acknowledged();
            }

            @Override
            public void close() {}
        };
        heartbeats = producer(OptionalLong.empty(), log);
        keeper = new LeaseKeeper(NODE, datapath, heartbeats, freezer);
        heartbeats.start();
        await("granted", () -> heartbeats.lease().untilNanos().isPresent());
        assertTrue(keeper.begin(new Incarnation(5)));
        assertTrue(kernel.isLeaseRunning());
    }

    private HeartbeatProducer producer(OptionalLong leaseUntilNanos, HeartbeatLog log) {
        var saved = new SavedSession(new Incarnation(5), leaseUntilNanos, 0, Duration.ZERO, Optional.empty());
        return new HeartbeatProducer(
                Session.starting(NODE, Rules.NEWEST, TIMINGS, saved, System.nanoTime()),
                new SessionFile(run.files(), NODE, new BootId("a")),
                log,
                freezer);
    }

    @AfterEach
    void end() throws IOException {
        heartbeats.close();
        freezer.kill();
        keeper.close();
        run.close();
    }

    private void report(long atNanos) {
        heartbeats.report(new NodeReport(
                DatapathState.READY, DatapathFault.NONE, 1, Optional.empty(), Optional.empty(), atNanos));
    }

    /** Waits until more was granted than the kernel was told. */
    private void granted() {
        Lease before = heartbeats.lease();
        await("more is granted", () -> !heartbeats.lease().equals(before));
    }

    @Test
    void theThreadRenewsWhatIsGranted() {
        keeper.start();
        await("renewals", () -> kernel.renewals() > 10);
        assertEquals(Optional.empty(), keeper.failure());
    }

    @Test
    void afterAWithdrawalNothingIsRenewedWhateverIsGranted() throws Exception {
        keeper.withdraw();
        granted();

        assertTrue(keeper.renew(), "nothing is left to do");

        assertEquals(0, kernel.renewals());
        assertFalse(kernel.isLeaseRunning());
        assertTrue(keeper.hasRunOut(System.nanoTime()));
    }

    @Test
    void aWithdrawalWaitsForARenewalAndIsTheLastWord() throws Exception {
        kernel.beBusyRenewing();
        granted();
        var renewal = new Thread(keeper::renew);
        renewal.start();
        await("the renewal is under way", kernel::isSomebodyWaiting);
        var withdrawal = new Thread(() -> {
            try {
                keeper.withdraw();
            } catch (DatapathException e) {
                throw new IllegalStateException(e);
            }
        });
        withdrawal.start();
        await("it waits", () -> withdrawal.getState() == Thread.State.BLOCKED);
        assertTrue(kernel.isLeaseRunning());

        kernel.goOn();
        renewal.join();
        withdrawal.join();

        assertEquals(1, kernel.renewals());
        assertFalse(kernel.isLeaseRunning());
    }

    @Test
    void theNextIncarnationHasNothingUntilTheLoopBeginsItsLease() throws Exception {
        keeper.withdraw();
        heartbeats.lapse();
        heartbeats.begin(new Incarnation(6));
        await("granted", () -> heartbeats.lease().untilNanos().isPresent());

        keeper.renew();
        assertFalse(kernel.isLeaseRunning());

        assertFalse(keeper.begin(new Incarnation(5)), "another incarnation's");
        assertTrue(keeper.begin(new Incarnation(6)));
        granted();
        assertTrue(keeper.renew());
        assertEquals(1, kernel.renewals());
    }

    @Test
    void nothingIsRenewedWhileTheLoopIsStuck() {
        report(System.nanoTime() - TimeUnit.SECONDS.toNanos(11));
        granted();

        assertFalse(keeper.renew(), "to be tried again");
        assertEquals(0, kernel.renewals());

        heartbeats.progressed();
        assertTrue(keeper.renew());
        assertEquals(1, kernel.renewals());
    }

    @Test
    void aLeaseThatRanOutInTheKernelIsNotBegunAnew() throws Exception {
        datapath.lease().revoke();
        granted();

        assertTrue(keeper.renew());

        assertTrue(heartbeats.lease().isLapsed());
        assertFalse(kernel.isLeaseRunning());
    }

    @Test
    void theThreadStandsStillWhileTheAgentIsFrozen() {
        keeper.start();
        await("renewals", () -> kernel.renewals() > 3);
        freezer.freeze();
        await("the thread waits", () -> isWaitingAtTheFreezer("lease-" + NODE));
        int before = kernel.renewals();
        freezer.thaw();
        await("renewals", () -> kernel.renewals() > before);
    }

    private static boolean isWaitingAtTheFreezer(String thread) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals(thread))
                .flatMap(entry -> Arrays.stream(entry.getValue()))
                .anyMatch(frame -> frame.getClassName().equals(Freezer.class.getName()));
    }

    /**
     * The session was written before the last acknowledgement: simulator seed 8 with 10,019 steps had two holders near.
     */
    @Test
    void whoTakesOverStatesATimeoutThatCoversWhatTheKernelWasGranted() throws Exception {
        long written = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        var statedSeconds = new AtomicLong();
        HeartbeatLog log = new HeartbeatLog() {
            @Override
            public void append(LivenessEvent event, Delivery delivery) {
                if (event instanceof Heartbeat heartbeat) {
                    statedSeconds.compareAndSet(0, heartbeat.evictionTimeout().toSeconds());
                }
            }

            @Override
            public void close() {}
        };
        datapath.lease().begin(System.nanoTime() + TimeUnit.SECONDS.toNanos(40));
        HeartbeatProducer resumed = producer(OptionalLong.of(written), log);
        var successor = new LeaseKeeper(NODE, datapath, resumed, freezer);
        try {
            assertTrue(successor.takeOver());
            resumed.start();
            await("a heartbeat", () -> statedSeconds.get() > 0);
            assertTrue(statedSeconds.get() >= 40, () -> "stated " + statedSeconds + " s");
        } finally {
            resumed.close();
        }
    }
}
