package dev.baton.launcher.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Incarnation;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import dev.baton.datapath.Datapath;
import dev.baton.heartbeat.BootId;
import dev.baton.heartbeat.Gate;
import dev.baton.heartbeat.HeartbeatLog;
import dev.baton.heartbeat.HeartbeatProducer;
import dev.baton.heartbeat.NodeReport;
import dev.baton.heartbeat.RunDirectory;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.Sequences;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
    private final Gate gate = new Gate();

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
        run = RunDirectory.open(directory, NODE, new BootId("a"));
        HeartbeatLog log = new HeartbeatLog() {
            @Override
            public void append(LivenessEvent event, Outcome outcome) {
                outcome.acknowledged();
            }

            @Override
            public void close() {}
        };
        heartbeats =
                new HeartbeatProducer(NODE, TIMINGS, Lease.of(new Incarnation(5)), Sequences.after(0), run, log, gate);
        keeper = new LeaseKeeper(NODE, datapath, heartbeats, gate);
        heartbeats.start();
        await("granted", () -> heartbeats.lease().untilNanos().isPresent());
        keeper.maybeBegin(heartbeats.lease(), false);
        assertFalse(kernel.isLeaseRunning(), "what an earlier incarnation left may still be there");
        keeper.maybeBegin(heartbeats.lease(), true);
        assertTrue(kernel.isLeaseRunning());
    }

    @AfterEach
    void end() throws IOException {
        heartbeats.close();
        gate.kill();
        keeper.close();
        run.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "not within 30 s: " + what);
            Thread.onSpinWait();
        }
    }

    private void report(long atNanos) {
        heartbeats.report(new NodeReport(DatapathState.READY, DatapathFault.NONE, 1, Optional.empty(), atNanos));
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
        assertFalse(keeper.isRunning());
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
            } catch (dev.baton.datapath.DatapathException e) {
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
    void theNextIncarnationHasNothingUntilTheWorkThreadBeginsItsLease() throws Exception {
        keeper.withdraw();
        heartbeats.lapse();
        heartbeats.begin(new Incarnation(6));
        await("granted", () -> heartbeats.lease().untilNanos().isPresent());

        keeper.renew();
        assertFalse(kernel.isLeaseRunning());

        keeper.maybeBegin(heartbeats.lease(), true);
        granted();
        assertTrue(keeper.renew());
        assertEquals(1, kernel.renewals());
    }

    @Test
    void nothingIsRenewedWhileTheWorkThreadIsStuck() {
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
        gate.freeze();
        await("the thread waits", () -> isWaitingAtTheGate("lease-" + NODE));
        int before = kernel.renewals();
        gate.thaw();
        await("renewals", () -> kernel.renewals() > before);
    }

    private static boolean isWaitingAtTheGate(String thread) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals(thread))
                .flatMap(entry -> java.util.Arrays.stream(entry.getValue()))
                .anyMatch(frame -> frame.getClassName().equals(Gate.class.getName()));
    }
}
