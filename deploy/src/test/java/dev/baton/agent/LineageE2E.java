package dev.baton.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Declaration;
import dev.baton.contract.Eip;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.Baton;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.bridge.KafkaFleetLog;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, whose frames are watched all the time, while their fleet's log becomes another one. */
class LineageE2E {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Timings TIMINGS =
            new Timings(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofMillis(2000));
    private static final String FLEET = """
        apiVersion: baton.dev/v1beta1
        kind: Settings
        spec: {tunnelUpdatePeriod: 200ms, tunnelMonitorPeriod: 100ms, eipEvictionTimeout: 2s}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: node1, labels: {egress: "true"}}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: node2, labels: {egress: "true"}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw1}
        spec: {ippools: {ipv4: [10.6.1.55]}, nodeSelector: {selector: {matchLabels: {egress: "true"}}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: p1, namespace: default}
        spec: {egressGatewayName: egw1, appliedTo: {podSelector: {matchLabels: {app: web}}}}
        """;
    private static final Eip EIP = Eip.parse("10.6.1.55");

    private final WireCodec codec = WireCodec.bundled();
    private final EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
    private final List<Machine> machines = new ArrayList<>();
    private final AtomicReference<Optional<String>> twoEmitters = new AtomicReference<>(Optional.empty());
    private Optional<Coordinator> coordinator = Optional.empty();
    private volatile boolean watching = true;
    private Optional<Thread> watch = Optional.empty();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** A node with a kernel that outlives its agents. */
    private final class Machine {
        private final NodeId id;
        private final MemoryKernel kernel = new MemoryKernel();
        private Optional<Agent> agent = Optional.empty();
        private Path run;

        Machine(String name) {
            this.id = new NodeId(name);
            this.run = directory.resolve(name);
        }

        void start(FleetId fleet) throws IOException {
            var config = AgentConfig.of(id, fleet, broker.bootstrap())
                    .withRunDirectory(run)
                    .withTimings(TIMINGS)
                    .withStop(AgentConfig.OnStop.STAY);
            agent = Optional.of(Agent.start(config, kernel.datapath(), codec));
        }

        /** What is in memory is lost, and so is its run directory. */
        void reboot(FleetId fleet) throws IOException {
            agent.ifPresent(Agent::kill);
            await("the lease of " + id + " is over", () -> !kernel.isLeaseRunning());
            run = directory.resolve(id.value() + "-rebooted");
            start(fleet);
        }

        boolean emits() {
            return kernel.emitting().contains(EIP);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.await(LIMIT, what, condition);
    }

    private Map<String, Object> client() {
        return Connection.client(broker.bootstrap());
    }

    private void coordinate(FleetId fleet) throws InterruptedException {
        coordinate(fleet, List.of());
    }

    /** @param more declared after the fleet's own */
    private void coordinate(FleetId fleet, List<Declaration> more) throws InterruptedException {
        stopCoordinator();
        LogSetup.ensure(client());
        var config = new CoordinatorConfig(broker.bootstrap(), fleet, Optional.empty(), client());
        coordinator = Optional.of(Coordinator.start(config, codec));
        try (var declarer = new Declarer(client(), codec, fleet)) {
            List<Declaration> all =
                    new ArrayList<>(Manifest.read("fleet", FLEET, List.of()).declarations());
            all.addAll(more);
            for (Declarer.Answer answer : declarer.declare(all, LIMIT)) {
                assertEquals(Optional.empty(), answer.refused());
            }
        }
    }

    private void stopCoordinator() {
        coordinator.ifPresent(Coordinator::close);
        coordinator = Optional.empty();
    }

    private FleetState state(FleetId fleet) {
        try (var follower = new FleetFollower(client(), codec, fleet)) {
            return follower.catchUp();
        }
    }

    private boolean isHeld(FleetId fleet) {
        return state(fleet)
                .eips()
                .get(EIP)
                .filter(eip -> eip.assignment().step() == AssignmentStep.HELD)
                .isPresent();
    }

    private Machine emitter() {
        return machines.stream().filter(Machine::emits).findFirst().orElseThrow();
    }

    private void liveAWhile(FleetId fleet) throws Exception {
        coordinate(fleet);
        for (String name : List.of("node1", "node2")) {
            var machine = new Machine(name);
            machines.add(machine);
            machine.start(fleet);
        }
        var thread = new Thread(this::watchOn, "emitters");
        thread.start();
        watch = Optional.of(thread);
        await("the EIP is held", () -> isHeld(fleet) && machines.stream().anyMatch(Machine::emits));
        // To and fro, so that epochs are higher than those with which another log begins.
        for (int i = 0; i < 2; i++) {
            move(fleet, other(emitter()));
        }
    }

    private void move(FleetId fleet, Machine to) throws InterruptedException {
        await(
                "both are Ready",
                () -> state(fleet).nodes().values().stream().allMatch(node -> node.live() == TunnelPhase.READY));
        try (var declarer = new Declarer(client(), codec, fleet)) {
            declarer.declare(List.of(new EipMoveRequested(EIP.addresses().getFirst(), to.id)), LIMIT)
                    .forEach(answer -> assertEquals(Optional.empty(), answer.refused()));
        }
        await("the EIP has moved", () -> isHeld(fleet) && to.emits());
    }

    /** The new log's coordinator gives the EIP to another node, if it can. */
    private static List<Declaration> cordoned(Machine machine) {
        return List.of(new NodeDeclared(machine.id, new TreeMap<>(Map.of("egress", "true")), true, true));
    }

    private void watchOn() {
        while (watching) {
            List<NodeId> emitting = machines.stream()
                    .filter(Machine::emits)
                    .map(machine -> machine.id)
                    .toList();
            if (emitting.size() > 1) {
                twoEmitters.compareAndSet(Optional.empty(), Optional.of(emitting.toString()));
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        watching = false;
        if (watch.isPresent()) {
            watch.get().join();
        }
        machines.forEach(machine -> machine.agent.ifPresent(Agent::kill));
        stopCoordinator();
        broker.close();
    }

    private Machine other(Machine machine) {
        return machines.stream().filter(one -> one != machine).findFirst().orElseThrow();
    }

    private void isHeldByOne(FleetId fleet) {
        await("the EIP is held again", () -> isHeld(fleet) && machines.stream().anyMatch(Machine::emits));
        assertEquals(holderIn(fleet), emitter().id);
        assertEquals(Optional.empty(), twoEmitters.get());
    }

    /**
     * Agents go on; the one that holds nothing is rebooted, so that it has seen no epoch. A bridge goes on as well, and
     * must notice that what it was told does not count any more.
     */
    @Test
    void topicsThatAreDeletedAndMadeAgainGiveNoEipToTwoNodes() throws Exception {
        var fleet = new FleetId("anew");
        liveAWhile(fleet);
        Lineage before = state(fleet).lineage().orElseThrow();
        var followed = new AtomicReference<Optional<Lineage>>(Optional.empty());
        try (var bridge = new KafkaFleetLog(client(), codec, fleet)) {
            bridge.follow((lineage, state, told) -> followed.set(lineage));
            await("the bridge follows", () -> Optional.of(before).equals(followed.get()));
            stopCoordinator();
            Machine holder = emitter();
            other(holder).reboot(fleet);
            deleteTopics();
            coordinate(fleet, cordoned(holder));
            isHeldByOne(fleet);
            Optional<Lineage> now = state(fleet).lineage();
            assertNotEquals(Optional.of(before), now);
            await("the bridge follows the new log", () -> now.equals(followed.get()));
        }
    }

    /** Same Kafka, same EIPs; agents are restarted within their leases, on what their run directories say. */
    @Test
    void aFleetThatIsRenamedGivesNoEipToTwoNodes() throws Exception {
        liveAWhile(new FleetId("first"));
        var second = new FleetId("second");
        coordinate(second, cordoned(emitter()));
        for (Machine machine : machines) {
            machine.agent.orElseThrow().kill();
            machine.start(second);
        }
        isHeldByOne(second);
    }

    /** Sealed, exported, imported under another name in the same Kafka; then its agents come over, one by one. */
    @Test
    void anExportedFleetGoesOnUnderAnotherNameAndNothingMoves() throws Exception {
        var first = new FleetId("first");
        var second = new FleetId("second");
        liveAWhile(first);
        Machine holder = emitter();
        Path file = directory.resolve("fleet.baton");
        cli("fleet", "export", file.toString(), "--fleet=first");
        assertTrue(state(first).sealed());
        cli("fleet", "import", file.toString(), "--fleet=second");
        for (Machine machine : machines) {
            machine.agent.orElseThrow().kill();
            machine.start(second);
            assertEquals(holder.id, holderIn(second));
        }
        // It first goes on with its lease, then reads the other lineage, lets go, and is given its EIP again.
        await(
                "it came over",
                () -> state(second).lastEpoch().supersedes(state(first).lastEpoch()));
        await("the EIP is held again", () -> isHeld(second) && holder.emits());
        assertEquals(holder.id, holderIn(second));
        assertEquals(Optional.empty(), twoEmitters.get());
        assertEquals(
                1,
                Baton.run("fleet", "import", file.toString(), "--fleet=second", "--bootstrap=" + broker.bootstrap()));
    }

    private NodeId holderIn(FleetId fleet) {
        return state(fleet)
                .eips()
                .get(EIP)
                .orElseThrow()
                .assignment()
                .holder()
                .orElseThrow()
                .node();
    }

    private void cli(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.add("--bootstrap=" + broker.bootstrap());
        assertEquals(0, Baton.run(all.toArray(new String[0])), all.toString());
    }

    private void deleteTopics() throws Exception {
        List<String> names = Topics.ALL.stream().map(Topic::name).toList();
        try (var admin = Admin.create(client())) {
            admin.deleteTopics(names).all().get();
            await("the topics are gone", () -> {
                try {
                    SortedSet<String> left =
                            new TreeSet<>(admin.listTopics().names().get());
                    left.retainAll(names);
                    return left.isEmpty();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }
}
