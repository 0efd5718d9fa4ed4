package dev.baton.agent;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.Rules;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Tick;
import dev.baton.contract.Timings;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.LineageHeader;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.RemovalCause;
import dev.baton.contract.wire.WireCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to the compacted logs what a test decides, and reads what agents say. */
final class PlayedCoordinator implements AutoCloseable {
    private static final long LIMIT_SECONDS = 30;

    private final FleetId fleet;
    private final WireCodec codec = WireCodec.bundled();
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<LivenessEvent> heard = new ArrayList<>();
    private final Map<NodeId, ParentInterface> parents = new TreeMap<>();
    private long cause = 100;
    private Optional<Lineage> lineage = Optional.empty();

    PlayedCoordinator(FleetId fleet, String bootstrap) {
        this.fleet = fleet;
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "reconnect.backoff.max.ms", 500);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partition = new TopicPartition(Logs.HEARTBEATS.topic().name(), Partitions.of(fleet));
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /** At the address that was heard of it last. */
    void allocate(NodeId node, Incarnation incarnation, TunnelPhase phase, int number) {
        allocate(node, incarnation, phase, number, Optional.ofNullable(parents.get(node)));
    }

    void allocate(
            NodeId node, Incarnation incarnation, TunnelPhase phase, int number, Optional<ParentInterface> parent) {
        write(
                Logs.TUNNELS,
                new Tunnel(
                        node,
                        MacAddress.ofNode(node),
                        IpAddress.parse("172.31.0." + number),
                        IpAddress.parse("fd11::" + number),
                        new Mark(Mark.FIRST_NODE.value() + number),
                        phase,
                        PhaseReason.ALLOCATED,
                        DatapathFault.NONE,
                        incarnation,
                        parent,
                        -1,
                        cause++));
    }

    void assign(Eip eip, long epoch, AssignmentStep step, Optional<Holder> holder, Optional<Holder> successor) {
        write(
                Logs.ASSIGNMENTS,
                new Assignment(
                        eip,
                        new GatewayId("egw"),
                        Mark.FIRST_EIP,
                        new Epoch(epoch),
                        step,
                        holder,
                        successor,
                        MoveReason.ALLOCATED,
                        cause++));
    }

    /** Takes an EIP's assignment away, as an entry at {@code because} would. */
    void free(Eip eip, long because) {
        Key key = Logs.assignmentKey(fleet, eip);
        var removal = new ProducerRecord<byte[], byte[]>(
                Logs.ASSIGNMENTS.topic().name(), Partitions.of(fleet), key.bytes(), null);
        RemovalCause.headers(because).forEach(removal.headers()::add);
        write(removal);
    }

    /** Says what nobody can read. */
    void garble(Eip eip) {
        garble("eip/" + eip);
    }

    void garble(String entity) {
        write(new ProducerRecord<>(
                Logs.ASSIGNMENTS.topic().name(), Partitions.of(fleet), new Key(fleet, entity).bytes(), new byte[] {
                    0, 0x7f, 0x7f, 0x7f, 0x7f, 1
                }));
    }

    void settle(Timings timings) {
        settle(timings, Rules.FIRST);
    }

    void settle(Timings timings, Rules rules) {
        write(Logs.TUNNELS, new SettingsInForce(Settings.DEFAULT.withTimings(timings), rules, cause++));
    }

    /** What it writes from now on follows from the log of this lineage. */
    void begin(Lineage drawn) {
        lineage = Optional.of(drawn);
        cause = 0;
    }

    /** The offset of the fleet log that the newest record names. */
    long lastCause() {
        return cause - 1;
    }

    /** One of those that a coordinator which works writes all the time. */
    void tick(long sequence) {
        write(Logs.HEARTBEATS, new Tick("played", 1, sequence, Duration.ofMillis(100)));
    }

    private <T> void write(Log<T> log, T value) {
        byte[] key = log.keyOf(fleet, value).bytes();
        write(new ProducerRecord<>(log.topic().name(), Partitions.of(fleet), key, codec.encode(log, value)));
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        LineageHeader.add(record.headers(), lineage);
        try {
            producer.send(record).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("cannot write " + record, e);
        }
    }

    /** What is heard from now on. */
    void forget() {
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        heard.clear();
    }

    /** Waits for something to be said. */
    <T> T hear(String what, Function<LivenessEvent, Optional<T>> wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            for (var record : consumer.poll(Duration.ofMillis(50))) {
                LivenessEvent event = codec.decode(Logs.HEARTBEATS, record.value());
                heard.add(event);
                if (event instanceof Heartbeat beat) {
                    beat.parent().ifPresent(parent -> parents.put(beat.node(), parent));
                }
                Optional<T> found = wanted.apply(event);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new AssertionError("not heard: " + what + "; the last of " + heard.size() + ": "
                + heard.subList(Math.max(0, heard.size() - 5), heard.size()));
    }

    /** Whether nothing is said in this time. */
    boolean isSilentFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            if (!consumer.poll(Duration.ofMillis(50)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
