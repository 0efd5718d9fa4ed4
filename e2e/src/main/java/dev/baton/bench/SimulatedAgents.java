package dev.baton.bench;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.client.FleetFollower;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Thousands of agents in two threads: heartbeats of all nodes in step, and the answer to every assignment at once. */
final class SimulatedAgents implements AutoCloseable {
    private static final FleetId FLEET = new FleetId("default");

    private final int nodes;
    private final Timings timings;
    private final WireCodec codec = WireCodec.bundled();
    private final KafkaProducer<byte[], byte[]> producer;
    private final FleetFollower follower;
    private final Set<NodeId> silent = ConcurrentHashMap.newKeySet();
    /** When each epoch's ACQUIRE was appended. */
    private final Map<String, Instant> acquired = new ConcurrentHashMap<>();

    private volatile FleetState state;
    private volatile boolean closed;

    SimulatedAgents(Map<String, Object> client, int nodes, Timings timings) {
        this.nodes = nodes;
        this.timings = timings;
        var settings = new HashMap<>(client);
        settings.put("linger.ms", "5");
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.follower = new FleetFollower(client, codec, FLEET);
        this.state = follower.state();
    }

    void start() {
        Thread.ofPlatform().daemon().name("heartbeats").start(this::beat);
        Thread.ofPlatform().daemon().name("answers").start(this::answer);
    }

    FleetState state() {
        return state;
    }

    void silence(NodeId node) {
        silent.add(node);
    }

    /** When the EIP with this address was given to its holder last. */
    Optional<Instant> acquired(String eip) {
        return Optional.ofNullable(acquired.get(eip));
    }

    private void beat() {
        long spacing = timings.tunnelUpdatePeriod().toNanos() / nodes;
        long due = System.nanoTime();
        for (long i = 0; !closed; i++) {
            var node = new NodeId("node" + i % nodes);
            if (!silent.contains(node)) {
                send(new Heartbeat(
                        node,
                        new Incarnation(1),
                        i / nodes,
                        DatapathState.READY,
                        DatapathFault.NONE,
                        Long.MAX_VALUE / 2,
                        false,
                        timings.eipEvictionTimeout(),
                        Optional.empty(),
                        Optional.empty(),
                        Rules.NEWEST,
                        Instant.now()));
            }
            due += spacing;
            long left = due - System.nanoTime();
            if (left > 1_000_000) {
                LockSupport.parkNanos(left);
            }
        }
    }

    private void answer() {
        while (!closed) {
            follower.poll(
                    Duration.ofMillis(50),
                    (offset, at, entry, outcome) -> outcome.decisions().stream()
                            .filter(EipAssigned.class::isInstance)
                            .map(decision -> ((EipAssigned) decision).assignment())
                            .forEach(assignment -> answer(assignment, at)));
            state = follower.state();
        }
        follower.close();
    }

    private void answer(Assignment assignment, Instant at) {
        if (assignment.step() == AssignmentStep.ACQUIRE) {
            acquired.put(assignment.eip().toString(), at);
        }
        assignment
                .askedHolder()
                .filter(holder -> !silent.contains(holder.node()))
                .ifPresent(holder -> assignment
                        .askedOf(holder)
                        .ifPresent(outcome -> send(new DatapathAcknowledged(
                                holder.node(),
                                holder.incarnation(),
                                assignment.eip(),
                                assignment.epoch(),
                                outcome,
                                DatapathFault.NONE,
                                Optional.empty(),
                                Duration.ofMillis(1)))));
    }

    private void send(LivenessEvent event) {
        producer.send(codec.record(Logs.HEARTBEATS, FLEET, event));
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        TimeUnit.MILLISECONDS.sleep(200);
        producer.close(Duration.ofSeconds(2));
    }
}
