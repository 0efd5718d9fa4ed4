package dev.baton.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.BootId;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.Rules;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.core.NodeReport;
import dev.baton.heartbeat.core.SavedSession;
import dev.baton.heartbeat.core.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatProducerTest {
    private static final NodeId NODE = new NodeId("node1");
    /** Beats fast under a lease that no busy machine lets lapse. */
    private static final Timings FAST =
            new Timings(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMinutes(2));

    private static final Timings SHORT =
            new Timings(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(300));
    private static final Timings SLOW =
            new Timings(Duration.ofMinutes(1), Duration.ofMillis(20), Duration.ofMinutes(2));

    /** A log that acknowledges when the test says so. */
    private static final class HandLog implements HeartbeatLog {
        private record Entry(LivenessEvent event, Delivery delivery) {}

        private final LinkedBlockingQueue<Entry> entries = new LinkedBlockingQueue<>();

        @Override
        public void append(LivenessEvent event, Delivery delivery) {
            entries.add(new Entry(event, delivery));
        }

        Entry take() throws InterruptedException {
            return Optional.ofNullable(entries.poll(5, TimeUnit.SECONDS)).orElseThrow();
        }

        Heartbeat acknowledgeNext() throws InterruptedException {
            Entry entry = take();
            entry.delivery().acknowledged();
            return (Heartbeat) entry.event();
        }

        @Override
        public void close() {}
    }

    private final HandLog log = new HandLog();
    private final Freezer freezer = new Freezer();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private RunDirectory run;

    @SuppressWarnings("NullAway.Init")
    private SessionFile file;

    @SuppressWarnings("NullAway.Init")
    private HeartbeatProducer producer;

    @BeforeEach
    void openRunDirectory() throws IOException {
        run = RunDirectory.open(directory, NODE);
        file = new SessionFile(run.files(), NODE, new BootId("a"));
    }

    private void start(Timings timings) {
        var saved = new SavedSession(new Incarnation(5), OptionalLong.empty(), 0, Duration.ZERO, Optional.empty());
        producer = new HeartbeatProducer(
                Session.starting(NODE, Rules.NEWEST, timings, saved, System.nanoTime()), file, log, freezer);
        producer.start();
    }

    /** Its first acknowledgement is written down with one more heartbeat, at once; the next is a minute away. */
    private void startAndSettle() throws InterruptedException {
        start(SLOW);
        assertEquals(DatapathState.STARTING, log.acknowledgeNext().datapath());
        log.acknowledgeNext();
    }

    @AfterEach
    void close() {
        producer.close();
        run.close();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not within 5 s");
            Thread.onSpinWait();
        }
    }

    @Test
    void renewsItsLeaseWhenAHeartbeatIsAcknowledged() throws InterruptedException {
        start(FAST);
        long before = System.nanoTime();
        assertEquals(0, log.acknowledgeNext().sequence());
        assertEquals(1, log.acknowledgeNext().sequence());
        long until = producer.lease().untilNanos().orElseThrow();
        assertTrue(until - before <= TimeUnit.SECONDS.toNanos(125) && until - System.nanoTime() > 0);
    }

    @Test
    void fallsSilentWhenLapsedUntilTheNextIncarnationBegins() throws InterruptedException {
        start(SHORT);
        log.acknowledgeNext();
        await(() -> producer.lease().isLapsed());
        producer.begin(new Incarnation(6));
        Heartbeat first = log.acknowledgeNext();
        while (first.incarnation().equals(new Incarnation(5))) {
            first = log.acknowledgeNext(); // from before the lapse
        }
        assertEquals(new Incarnation(6), first.incarnation());
        assertEquals(0, first.sequence());
        assertEquals(new Incarnation(6), file.read().orElseThrow().incarnation());
    }

    @Test
    void takesNoAcknowledgementOfAnotherIncarnation() throws InterruptedException {
        start(SLOW);
        HandLog.Entry old = log.take();
        producer.begin(new Incarnation(6));
        old.delivery().acknowledged();
        assertTrue(producer.lease().untilNanos().isEmpty());
    }

    @Test
    void tellsNewsAtOnce() throws InterruptedException {
        startAndSettle();
        producer.report(new NodeReport(
                DatapathState.READY, DatapathFault.NONE, 3, Optional.empty(), Optional.empty(), System.nanoTime()));
        assertEquals(DatapathState.READY, log.acknowledgeNext().datapath());
    }

    @Test
    void sendsNothingThatItCouldNotWriteDown() throws Exception {
        Path blocked = directory.resolve("session.new");
        Files.createDirectory(blocked);
        start(FAST);
        assertEquals(null, log.entries.poll(100, TimeUnit.MILLISECONDS));
        Files.delete(blocked);
        assertEquals(0, log.acknowledgeNext().sequence());
    }

    @Test
    void saysThatItLeavesWithEveryHeartbeat() throws InterruptedException {
        startAndSettle();
        producer.leave();
        log.acknowledgeNext();
        assertEquals(new NodeLeaving(NODE, new Incarnation(5)), log.take().event());
    }

    @Test
    void sendsNothingBetweenAFreezeAndTheThaw() throws InterruptedException {
        startAndSettle();
        freezer.freeze();
        producer.leave();
        assertEquals(null, log.entries.poll(100, TimeUnit.MILLISECONDS));
        freezer.thaw();
        log.acknowledgeNext();
    }

    @Test
    void writesDownALimitAboveEverySequenceThatItSent() throws InterruptedException {
        start(FAST);
        Heartbeat sent = log.acknowledgeNext();
        assertTrue(file.read().orElseThrow().sequenceLimit() > sent.sequence());
    }
}
