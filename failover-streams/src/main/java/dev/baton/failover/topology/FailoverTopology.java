package dev.baton.failover.topology;

import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.LivenessState;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Names of all nodes of the topology, and how they are joined. */
public final class FailoverTopology {
    static final String FLEET_OF_INTAKE = "fleet-of-intake";
    static final String HEARTBEATS_OF_COORDINATION = "heartbeats-of-coordination";
    static final String FLEET_OF_LIVENESS = "fleet-of-liveness";
    static final String HEARTBEATS_OF_LIVENESS = "heartbeats-of-liveness";
    static final String FLEET_OF_COORDINATION = "fleet-of-coordination";
    static final String DECISIONS = "decisions";
    static final String TUNNELS = "tunnels";
    static final String ASSIGNMENTS = "assignments";
    static final String POLICIES = "policies";

    private static final String INTAKE = "intake";
    private static final String LIVENESS = "liveness";
    private static final String COORDINATION = "coordination";

    private FailoverTopology() {}

    public static Topology of(Shell shell) {
        var topology = new Topology();
        source(topology, Topics.DECLARATIONS);
        topology.addProcessor(INTAKE, () -> new IntakeTask(shell), Topics.DECLARATIONS.name());
        sink(topology, FLEET_OF_INTAKE, Topics.FLEET, INTAKE);

        source(topology, Topics.HEARTBEATS);
        topology.addProcessor(LIVENESS, () -> liveness(shell), Topics.HEARTBEATS.name());
        sink(topology, FLEET_OF_LIVENESS, Topics.FLEET, LIVENESS);
        sink(topology, HEARTBEATS_OF_LIVENESS, Topics.HEARTBEATS, LIVENESS);

        source(topology, Topics.FLEET);
        topology.addProcessor(COORDINATION, () -> coordination(shell), Topics.FLEET.name());
        sink(topology, FLEET_OF_COORDINATION, Topics.FLEET, COORDINATION);
        sink(topology, HEARTBEATS_OF_COORDINATION, Topics.HEARTBEATS, COORDINATION);
        sink(topology, DECISIONS, Topics.DECISIONS, COORDINATION);
        sink(topology, TUNNELS, Topics.TUNNELS, COORDINATION);
        sink(topology, ASSIGNMENTS, Topics.ASSIGNMENTS, COORDINATION);
        sink(topology, POLICIES, Topics.POLICIES, COORDINATION);
        return topology;
    }

    private static FoldTask<LivenessState, LivenessSnapshot, LivenessEvent> liveness(Shell shell) {
        return new FoldTask<>(
                shell,
                Logs.HEARTBEATS,
                LivenessSnapshot.class,
                shell.folds()
                        .liveness(shell.watch(), shell.draw(), shell.codec().reads()),
                new FleetSinks(HEARTBEATS_OF_LIVENESS, FLEET_OF_LIVENESS),
                Optional.of(shell.pulse()));
    }

    private static FoldTask<FleetState, FleetSnapshot, Sequenced> coordination(Shell shell) {
        return new FoldTask<>(
                shell,
                Logs.FLEET,
                FleetSnapshot.class,
                shell.folds()
                        .coordination(shell.watch(), shell.draw(), shell.codec().reads()),
                new FleetSinks(HEARTBEATS_OF_COORDINATION, FLEET_OF_COORDINATION),
                Optional.empty());
    }

    static void source(Topology topology, Topic topic) {
        topology.addSource(topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic.name());
    }

    static void sink(Topology topology, String name, Topic topic, String parent) {
        topology.addSink(name, topic.name(), new ByteArraySerializer(), new ByteArraySerializer(), byFleet(), parent);
    }

    /** A fleet lives in the same partition of every log, whatever the rest of the key says. */
    private static StreamPartitioner<byte[], byte[]> byFleet() {
        return (topic, key, value, partitions) -> Optional.of(Set.of(
                Partitions.of(Key.parse(new String(key, StandardCharsets.UTF_8)).fleet())));
    }
}
