package dev.baton.agent;

import static dev.baton.agent.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.agent.AgentConfig.OnStop;
import dev.baton.contract.AckOutcome;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.contract.Timings;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.BundledSchemas;
import dev.baton.contract.wire.TopicSetup;
import dev.baton.contract.wire.WireCodec;
import dev.baton.heartbeat.RunDirectory;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs a real broker and real threads; what the agent decides is tested in {@code AgentStepTest}. */
class AgentE2E {
    private static final NodeId NODE = new NodeId("node1");
    private static final NodeId OTHER = new NodeId("node2");
    private static final Eip EIP = Eip.parse("10.6.1.55");
    private static final Eip OTHER_EIP = Eip.parse("10.6.1.56");
    private static final Timings TIMINGS =
            new Timings(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofMillis(2000));
    private static final Lineage FIRST_LINEAGE = Lineage.of(1);
    private static final Lineage NEXT_LINEAGE = Lineage.of(2);
    private static final AtomicInteger FLEETS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedBroker broker;

    private final MemoryKernel kernel = new MemoryKernel();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private PlayedCoordinator coordinator;

    @SuppressWarnings("NullAway.Init")
    private AgentConfig config;

    private WireCodec codec = WireCodec.bundled();
    private Optional<Agent> running = Optional.empty();

    @BeforeAll
    static void startBroker() throws InterruptedException {
        broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            TopicSetup.ensure(admin, new TopicSetup.Layout(1, (short) 1));
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void prepare() {
        var fleet = new FleetId("fleet-" + FLEETS.incrementAndGet());
        coordinator = new PlayedCoordinator(fleet, broker.bootstrap());
        coordinator.forget();
        config = AgentConfig.of(NODE, fleet, broker.bootstrap())
                .withRunDirectory(directory)
                .withTimings(TIMINGS)
                .withStop(OnStop.STAY);
    }

    @AfterEach
    void end() {
        running.ifPresent(Agent::kill);
        coordinator.close();
    }

    private Agent start() throws IOException {
        var agent = Agent.start(config, kernel.datapath(), codec);
        running = Optional.of(agent);
        return agent;
    }

    /**
     * Starts the agent and waits until it is ready and Kafka has acknowledged it: if the first acknowledgement takes
     * longer than the lease, the agent comes back as another incarnation, and nobody answers for the first one.
     */
    private Incarnation ready() throws IOException {
        Agent agent = start();
        heardReady(Incarnation.NONE);
        await("its lease is granted", () -> agent.lease().untilNanos().isPresent());
        return agent.lease().incarnation();
    }

    private Incarnation heardReady(Incarnation after) {
        return coordinator.hear(
                "READY after incarnation " + after,
                event -> event instanceof Heartbeat heartbeat
                                && heartbeat.datapath() == DatapathState.READY
                                && heartbeat.incarnation().supersedes(after)
                        ? Optional.of(heartbeat.incarnation())
                        : Optional.empty());
    }

    /** The first word of an incarnation after this one. */
    private Heartbeat heardFirst(Incarnation after) {
        return coordinator.hear(
                "an incarnation after " + after,
                event -> event instanceof Heartbeat heartbeat
                                && heartbeat.incarnation().supersedes(after)
                        ? Optional.of(heartbeat)
                        : Optional.empty());
    }

    private void hearAck(long epoch, AckOutcome outcome) {
        coordinator.hear(
                outcome + " of epoch " + epoch,
                event -> event instanceof DatapathAcknowledged ack
                                && ack.epoch().number() == epoch
                                && ack.outcome() == outcome
                        ? Optional.of(ack)
                        : Optional.empty());
    }

    private static Optional<Holder> holder(NodeId node, Incarnation incarnation) {
        return Optional.of(new Holder(node, incarnation));
    }

    /** Lets the node hold the EIP, as it does after ACQUIRE, acknowledged. */
    private Incarnation holding() throws IOException {
        Incarnation incarnation = ready();
        coordinator.allocate(NODE, incarnation, TunnelPhase.READY, 1);
        coordinator.assign(EIP, 1, AssignmentStep.ACQUIRE, holder(NODE, incarnation), Optional.empty());
        hearAck(1, AckOutcome.APPLIED);
        coordinator.assign(EIP, 1, AssignmentStep.HELD, holder(NODE, incarnation), Optional.empty());
        assertEquals(set(EIP), kernel.emitting());
        return incarnation;
    }

    private static SortedSet<Eip> set(Eip... eips) {
        return new TreeSet<>(List.of(eips));
    }

    @Test
    void acknowledgesEachStepOfAPlannedMove() throws IOException {
        Incarnation incarnation = ready();
        coordinator.allocate(NODE, incarnation, TunnelPhase.READY, 1);
        Optional<Holder> other = holder(OTHER, new Incarnation(4));
        Optional<Holder> me = holder(NODE, incarnation);
        coordinator.assign(EIP, 1, AssignmentStep.PREPARE, other, me);
        hearAck(1, AckOutcome.PREPARED);
        assertEquals(set(), kernel.emitting());
        coordinator.assign(EIP, 3, AssignmentStep.ACQUIRE, me, Optional.empty());
        hearAck(3, AckOutcome.APPLIED);
        assertEquals(set(EIP), kernel.emitting());
        coordinator.assign(EIP, 4, AssignmentStep.RELEASE, me, other);
        hearAck(4, AckOutcome.WITHDRAWN);
        assertEquals(set(), kernel.emitting());
        hearFolded();
    }

    /** Such as one of a coordinator that was stopped, and replaced, before it said it. */
    @Test
    void anOldRemovalTakesNoEipAwayAndANewOneDoes() throws IOException {
        Incarnation incarnation = holding();
        coordinator.free(EIP, coordinator.lastCause() - 1);
        coordinator.allocate(OTHER, new Incarnation(4), TunnelPhase.READY, 2);
        hearFolded();
        assertEquals(set(EIP), kernel.emitting());
        coordinator.free(EIP, coordinator.lastCause());
        await("it lets go", () -> kernel.emitting().isEmpty());
        assertEquals(holder(NODE, incarnation), holder(NODE, heardReady(Incarnation.NONE)), "still the same life");
    }

    private void hearFolded() {
        coordinator.hear(
                "folded up to the last cause",
                event -> event instanceof Heartbeat heartbeat && heartbeat.foldedOffset() == coordinator.lastCause()
                        ? Optional.of(heartbeat)
                        : Optional.empty());
    }

    @Test
    void passesNoAssignmentOverWhoseSchemaItCannotHaveYet() throws IOException {
        var schemas = new DistantSchemas();
        codec = new WireCodec(schemas, new BundledSchemas());
        Incarnation incarnation = ready();
        coordinator.allocate(NODE, incarnation, TunnelPhase.READY, 1);
        coordinator.assign(EIP, 1, AssignmentStep.ACQUIRE, holder(NODE, incarnation), Optional.empty());
        await("it asks again", () -> schemas.asked() > 1);
        assertEquals(set(), kernel.emitting());
        schemas.arrive();
        hearAck(1, AckOutcome.APPLIED);
        assertEquals(set(EIP), kernel.emitting());
    }

    /** It holds what it holds until its lease ends in the kernel, and no process of its release begins another one. */
    @Test
    void endsWhenTheLogIsAtRulesThatItDoesNotKnow() throws IOException {
        holding();
        Agent agent = running.orElseThrow();
        coordinator.settle(TIMINGS, new Rules(Rules.NEWEST.version() + 1));
        await("it ends", () -> !agent.isAlive());
        await("its lease ends", () -> kernel.emitting().isEmpty());
        Agent again = start();
        await("it ends again", () -> !again.isAlive());
        assertEquals(set(), kernel.emitting());
    }

    /** Both drew it in the same millisecond, or went on from the same number. */
    @Test
    void holdsNothingUnderANumberThatIsShownOfAnotherMachine() throws IOException {
        var elsewhere =
                Optional.of(new ParentInterface("eth0", Optional.of(IpAddress.parse("192.0.2.9")), Optional.empty()));
        Incarnation incarnation = ready();
        coordinator.assign(EIP, 1, AssignmentStep.ACQUIRE, holder(NODE, incarnation), Optional.empty());
        coordinator.allocate(NODE, incarnation, TunnelPhase.READY, 1, elsewhere);
        await("it is silent", () -> running.orElseThrow().lease().isLapsed());
        assertEquals(set(), kernel.emitting());

        coordinator.allocate(NODE, incarnation, TunnelPhase.HEARTBEAT_TIMEOUT, 1, elsewhere);
        assertTrue(heardReady(incarnation).supersedes(incarnation));
    }

    /** It would be asked for an EIP, or to let go of one, and would never answer. */
    @Test
    void fallsSilentWhenItCannotReadForLongAndComesBackWhenItCan() throws IOException {
        var schemas = new DistantSchemas();
        codec = new WireCodec(schemas, new BundledSchemas());
        Incarnation incarnation = ready();
        coordinator.allocate(NODE, incarnation, TunnelPhase.READY, 1);
        coordinator.assign(EIP, 1, AssignmentStep.ACQUIRE, holder(NODE, incarnation), Optional.empty());
        await(
                Duration.ofMinutes(2),
                "it falls silent",
                () -> running.orElseThrow().lease().isLapsed());
        schemas.arrive();
        assertTrue(heardReady(incarnation).supersedes(incarnation));
    }

    @Test
    void isSilentWhileNobodyCanReadWhatIsSaidOfAnEip() throws IOException {
        coordinator.garble(EIP);
        start();
        assertTrue(coordinator.isSilentFor(Duration.ofSeconds(3)));
        coordinator.free(EIP, 1);
        heardReady(Incarnation.NONE);
    }

    /** Nobody would put that right. */
    @Test
    void doesNotMindWhatIsSaidOfNoEip() throws IOException {
        coordinator.garble("eip/nonsense");
        coordinator.garble("eip/010.6.1.55");
        ready();
    }

    @Test
    void goesOnAfterARestartWithinTheLeaseAndTouchesNothing() throws IOException {
        Incarnation incarnation = holding();
        int changes = kernel.changes();
        running.orElseThrow().close();
        assertEquals(set(EIP), kernel.emitting());
        coordinator.forget();
        Agent again = start();
        assertEquals(incarnation, heardReady(Incarnation.NONE));
        assertEquals(changes, kernel.changes());
        assertEquals(set(EIP), kernel.emitting());
        assertTrue(again.isAlive());
    }

    /** A coordinator that was replaced said it late, and compaction took the right word away. */
    @Test
    void keepsAfterARestartWhatOnlyAnOlderWordTakesAwayUntilItIsPutRight() throws IOException {
        Incarnation incarnation = holding();
        running.orElseThrow().close();
        int changes = kernel.changes();
        try (var run = RunDirectory.open(directory, NODE)) {
            new LogFiles(run.files()).writeEpochs(new TreeMap<>(Map.of(EIP, new Epoch(5))));
        }
        coordinator.forget();
        start();
        for (int beat = 0; beat < 10; beat++) {
            Heartbeat said = heardFirst(Incarnation.NONE);
            assertEquals(incarnation, said.incarnation());
            assertEquals(DatapathState.STARTING, said.datapath(), "it has not obeyed what it read");
        }
        coordinator.assign(EIP, 5, AssignmentStep.HELD, holder(NODE, incarnation), Optional.empty());
        assertEquals(incarnation, heardReady(Incarnation.NONE));
        assertEquals(changes, kernel.changes());
        assertEquals(set(EIP), kernel.emitting());
    }

    @Test
    void goesOnAfterARestartWithItsFleetsTimeoutAndNotWithALongerOneOfItsOwn() throws IOException {
        coordinator.settle(TIMINGS);
        Incarnation incarnation = holding();
        running.orElseThrow().close();
        coordinator.forget();
        config = config.withTimings(
                new Timings(TIMINGS.tunnelUpdatePeriod(), TIMINGS.tunnelMonitorPeriod(), Duration.ofMinutes(1)));
        start();
        Heartbeat first = heardFirst(Incarnation.NONE);
        assertEquals(incarnation, first.incarnation());
        assertEquals(TIMINGS.eipEvictionTimeout(), first.evictionTimeout());
    }

    @Test
    void obeysAnotherKafkaWhoseEpochsBeginAgain() throws Exception {
        Incarnation before = holding();
        coordinator.assign(EIP, 40, AssignmentStep.HELD, holder(NODE, before), Optional.empty());
        coordinator.hear(
                "folded",
                event -> event instanceof Heartbeat heartbeat && heartbeat.foldedOffset() == coordinator.lastCause()
                        ? Optional.of(heartbeat)
                        : Optional.empty());
        running.orElseThrow().close();
        coordinator.close();
        try (var other = EmbeddedBroker.start(BrokerOptions.DEFAULT)) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", other.bootstrap()))) {
                TopicSetup.ensure(admin, new TopicSetup.Layout(1, (short) 1));
            }
            coordinator = new PlayedCoordinator(config.fleet(), other.bootstrap());
            config = AgentConfig.of(NODE, config.fleet(), other.bootstrap())
                    .withRunDirectory(directory)
                    .withTimings(TIMINGS)
                    .withStop(OnStop.STAY);
            start();
            Incarnation now = heardReady(before);
            assertEquals(set(), kernel.emitting());
            coordinator.allocate(NODE, now, TunnelPhase.READY, 1);
            coordinator.assign(EIP, 1, AssignmentStep.ACQUIRE, holder(NODE, now), Optional.empty());
            hearAck(1, AckOutcome.APPLIED);
            assertEquals(set(EIP), kernel.emitting());
            running.orElseThrow().kill();
        }
    }

    @Test
    void letsGoBeforeItObeysALogThatBeganAnew() throws Exception {
        coordinator.begin(FIRST_LINEAGE);
        Incarnation before = holding();
        coordinator.assign(EIP, 40, AssignmentStep.HELD, holder(NODE, before), Optional.empty());
        heardOf(FIRST_LINEAGE, before);

        coordinator.begin(NEXT_LINEAGE);
        coordinator.allocate(NODE, before, TunnelPhase.READY, 1);
        await("it lets go", () -> kernel.emitting().isEmpty());
        Incarnation now = heardOf(NEXT_LINEAGE, Incarnation.NONE);
        assertTrue(now.supersedes(before));
        coordinator.allocate(NODE, now, TunnelPhase.READY, 1);
        coordinator.assign(EIP, 1, AssignmentStep.ACQUIRE, holder(NODE, now), Optional.empty());
        hearAck(1, AckOutcome.APPLIED);
        assertEquals(set(EIP), kernel.emitting());

        // A coordinator of the log that is no more goes on and says what it had to say.
        coordinator.begin(FIRST_LINEAGE);
        coordinator.assign(EIP, 41, AssignmentStep.ACQUIRE, holder(OTHER, now), Optional.empty());
        coordinator.begin(NEXT_LINEAGE);
        coordinator.assign(OTHER_EIP, 2, AssignmentStep.ACQUIRE, holder(NODE, now), Optional.empty());
        hearAck(2, AckOutcome.APPLIED);
        assertEquals(set(EIP, OTHER_EIP), kernel.emitting());
        running.orElseThrow().kill();
        start();
        Heartbeat first = coordinator.hear(
                "the next process",
                event -> event instanceof Heartbeat heartbeat ? Optional.of(heartbeat) : Optional.empty());
        assertEquals(Optional.of(NEXT_LINEAGE), first.lineage(), "before it has read anything");
    }

    private Incarnation heardOf(Lineage lineage, Incarnation incarnation) {
        return coordinator.hear(
                "a heartbeat that obeys " + lineage,
                event -> event instanceof Heartbeat heartbeat
                                && heartbeat.lineage().equals(Optional.of(lineage))
                                && !incarnation.supersedes(heartbeat.incarnation())
                        ? Optional.of(heartbeat.incarnation())
                        : Optional.empty());
    }

    @Test
    void losesItsLeaseWhileTheBrokerIsAwayAndComesBackAsANewIncarnation() throws IOException {
        Incarnation before = holding();
        broker.stopNode(1);
        try {
            await("the kernel stops the frames", () -> kernel.emitting().isEmpty());
            await("the lease is over", () -> running.orElseThrow().lease().isLapsed());
        } finally {
            broker.startNode(1);
        }
        Heartbeat first = heardFirst(before);
        assertEquals(DatapathState.READY, first.datapath(), "so that what it held may come back to it at once");
        assertEquals(set(), kernel.emitting());
    }

    @Test
    void losesItsLeaseWhenFrozenAndComesBackAsANewIncarnationThatSaysWhenItIsReady() throws IOException {
        Path file = directory.resolve("ready");
        Incarnation before = holding();
        await("it shows itself ready", () -> Files.exists(file));
        running.orElseThrow().freeze();
        await("the kernel stops the frames", () -> kernel.emitting().isEmpty());
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        await("the lease is over", () -> running.orElseThrow().lease().isLapsed());
        assertEquals(0, Files.getLastModifiedTime(file).toMillis(), "written by a frozen agent");
        running.orElseThrow().thaw();
        coordinator.allocate(NODE, heardReady(before), TunnelPhase.READY, 1);
        await("it shows itself ready again", () -> Files.exists(file) && modified(file) > 0);
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0; // gone meanwhile
        }
    }

    @Test
    void renewsItsLeaseWhileTheDatapathIsBusy() throws IOException {
        Incarnation incarnation = holding();
        kernel.beBusy();
        coordinator.assign(OTHER_EIP, 2, AssignmentStep.HELD, holder(OTHER, new Incarnation(4)), Optional.empty());
        await("it waits for the datapath", kernel::isSomebodyWaiting);
        int before = kernel.renewals();

        await("renewals", () -> kernel.renewals() > before + 1);

        assertEquals(set(EIP), kernel.emitting());
        kernel.goOn();
        coordinator.hear(
                "folded, as the same incarnation",
                event -> event instanceof Heartbeat heartbeat
                                && heartbeat.incarnation().equals(incarnation)
                                && heartbeat.foldedOffset() == coordinator.lastCause()
                        ? Optional.of(heartbeat)
                        : Optional.empty());
        assertEquals(set(EIP), kernel.emitting());
    }

    @Test
    void letsItsLeaseRunOutAndFallsSilentWhenTheDatapathHangs() throws IOException {
        Incarnation incarnation = holding();
        kernel.beBusy();
        coordinator.assign(OTHER_EIP, 2, AssignmentStep.HELD, holder(OTHER, new Incarnation(4)), Optional.empty());

        await("the kernel stops the frames", () -> !kernel.isLeaseRunning());
        await("no heartbeat for a timeout", () -> coordinator.isSilentFor(TIMINGS.eipEvictionTimeout()));
        kernel.goOn();
        heardReady(incarnation);
        assertEquals(set(), kernel.emitting());
    }

    @Test
    void leavesOnlyWhenItsEipsWereMovedAway() throws Exception {
        config = config.withStop(OnStop.LEAVE);
        Incarnation before = holding();
        var stop = new Thread(running.orElseThrow()::close);
        stop.start();
        coordinator.hear("leaving", event -> event instanceof NodeLeaving ? Optional.of(event) : Optional.empty());
        assertEquals(set(EIP), kernel.emitting());
        Optional<Holder> other = holder(OTHER, new Incarnation(4));
        coordinator.assign(EIP, 2, AssignmentStep.RELEASE, holder(NODE, before), other);
        hearAck(2, AckOutcome.WITHDRAWN);
        coordinator.assign(EIP, 3, AssignmentStep.ACQUIRE, other, Optional.empty());
        stop.join(TimeUnit.SECONDS.toMillis(30));
        assertFalse(running.orElseThrow().isAlive());
        coordinator.forget();
        start();
        assertTrue(heardReady(Incarnation.NONE).supersedes(before));
    }
}
