package dev.baton.e2e;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.StatedLease;
import dev.baton.contract.wire.WireCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Nodes of one fleet that send READY heartbeats from one thread, and answer what the test has them answer. */
final class PlayedNodes implements AutoCloseable {
    private final FleetId fleet;
    private final Timings timings;
    private final WireCodec codec = WireCodec.bundled();
    private final Set<NodeId> alive = ConcurrentHashMap.newKeySet();
    private final Set<NodeId> garbled = ConcurrentHashMap.newKeySet();
    private volatile Incarnation incarnation = new Incarnation(1);
    private volatile Rules reads = Rules.NEWEST;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final KafkaProducer<byte[], byte[]> producer;

    PlayedNodes(String fleet, String bootstrap, Timings timings) {
        this.fleet = new FleetId(fleet);
        this.timings = timings;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArraySerializer(), new ByteArraySerializer());
        Thread.ofPlatform().daemon().name("played-nodes").start(this::beat);
    }

    PlayedNodes with(String node) {
        alive.add(new NodeId(node));
        return this;
    }

    /** Their agents are replaced by those of a release that knows these rules. */
    void install(Rules knows) {
        reads = knows;
        incarnation = new Incarnation(incarnation.number() + 1);
    }

    /** From now on its heartbeats are those of a release that nobody knows yet. */
    void garble(NodeId node) {
        garbled.add(node);
    }

    void silence(NodeId node) {
        alive.remove(node);
    }

    private void beat() {
        try {
            for (long sequence = 1;
                    !closing.await(timings.tunnelUpdatePeriod().toMillis(), TimeUnit.MILLISECONDS);
                    sequence++) {
                for (NodeId node : alive) {
                    sendHeartbeat(new Heartbeat(
                            node,
                            incarnation,
                            sequence,
                            DatapathState.READY,
                            DatapathFault.NONE,
                            0,
                            false,
                            timings.eipEvictionTimeout(),
                            Optional.empty(),
                            Optional.empty(),
                            reads,
                            Instant.EPOCH));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void answer(Assignment assignment, AckOutcome outcome) {
        var holder = assignment.holder().orElseThrow();
        var fault = outcome == AckOutcome.FAILED ? DatapathFault.ROUTE : DatapathFault.NONE;
        send(new DatapathAcknowledged(
                holder.node(),
                holder.incarnation(),
                assignment.eip(),
                assignment.epoch(),
                outcome,
                fault,
                Optional.empty(),
                Duration.ofMillis(1)));
    }

    private void sendHeartbeat(Heartbeat heartbeat) {
        if (garbled.contains(heartbeat.node())) {
            byte[] ofUnknownSchema = {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3};
            var known = codec.record(Logs.HEARTBEATS, fleet, heartbeat);
            producer.send(new ProducerRecord<>(
                    known.topic(), known.partition(), known.key(), ofUnknownSchema, StatedLease.headers(heartbeat)));
        } else {
            send(heartbeat);
        }
    }

    private void send(LivenessEvent event) {
        producer.send(codec.record(Logs.HEARTBEATS, fleet, event));
    }

    @Override
    public void close() {
        closing.countDown();
        producer.close(Duration.ofSeconds(2));
    }
}
