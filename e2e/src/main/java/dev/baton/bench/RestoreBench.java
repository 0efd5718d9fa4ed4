package dev.baton.bench;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Declaration;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.KafkaSideLog;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.runner.CalmSnapshots;
import dev.baton.failover.topology.KafkaHistory;
import dev.baton.failover.topology.SnapshotRecords;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes the snapshots that a calm fleet leaves in an hour, and then those of many days, and measures how long a start
 * looks for the newest of both folds, and how many bytes the logs of snapshots take.
 */
final class RestoreBench {
    private static final FleetId FLEET = new FleetId("bench");
    private static final int EIPS = 500;
    private static final int LOOKS = 7;
    /** A snapshot of the liveness fold follows 100 entries for each node, and a node adds two in a second. */
    private static final Duration LIVENESS_EVERY = Duration.ofSeconds(50);

    private final int nodes;
    private final int days;
    private final WireCodec codec = WireCodec.bundled();
    private final FleetState fleet;
    private final LivenessState liveness;
    private long offset;

    RestoreBench(int nodes, int days) {
        this.nodes = nodes;
        this.days = days;
        this.fleet = fleet();
        this.liveness = liveness();
    }

    private FleetState fleet() {
        FleetState state = FleetState.start(FLEET);
        long at = 0;
        for (Declaration declaration : Fixture.declarations(nodes, EIPS)) {
            var entry = new Sequenced(FLEET, Optional.empty(), declaration);
            state = Coordination.step(state, at++, entry).state();
        }
        return state;
    }

    private LivenessState liveness() {
        LivenessState state = LivenessState.start(FLEET);
        for (int n = 0; n < nodes; n++) {
            var parent = new ParentInterface(
                    "eth0", Optional.of(IpAddress.parse("10.7." + n / 250 + "." + (n % 250 + 1))), Optional.empty());
            var heartbeat = new Heartbeat(
                    new NodeId("node" + n),
                    new Incarnation(1),
                    1,
                    DatapathState.READY,
                    DatapathFault.NONE,
                    0,
                    false,
                    Duration.ofSeconds(3),
                    Optional.of(parent),
                    Optional.of(Lineage.of(7)),
                    Rules.NEWEST,
                    Instant.EPOCH);
            state = Liveness.step(state, n, Instant.EPOCH, heartbeat).state();
        }
        return state;
    }

    void run(PrintWriter out) throws InterruptedException, ExecutionException {
        out.printf(
                Locale.ROOT,
                "restore: %d nodes, %d EIPs: a snapshot takes %d kB (coordination) and %d kB (liveness) uncompressed%n",
                nodes,
                EIPS,
                codec.encode(Logs.SNAPSHOTS, fleet.snapshot(1)).length / 1000,
                codec.encode(Logs.SNAPSHOTS, liveness.snapshot(1)).length / 1000);
        try (var broker = EmbeddedBroker.start(BrokerOptions.DEFAULT)) {
            Map<String, Object> client = Connection.client(broker.bootstrap());
            LogSetup.ensure(client);
            try (var producer = new KafkaProducer<>(
                            KafkaSideLog.producerSettings(client),
                            new ByteArraySerializer(),
                            new ByteArraySerializer());
                    var admin = Admin.create(client)) {
                kept(producer);
                often(producer, Duration.ofHours(1));
                look(client, "a calm hour", out);
                for (int i = 0; i < Duration.ofDays(days).dividedBy(CalmSnapshots.EVERY); i++) {
                    kept(producer);
                }
                often(producer, Duration.ofDays(1).minus(Duration.ofHours(1)));
                look(client, days + " calm days", out);
                size(admin, out);
            }
        }
    }

    private void kept(KafkaProducer<byte[], byte[]> producer) {
        send(producer, fleet.snapshot(offset), Topics.SNAPSHOTS);
        send(producer, liveness.snapshot(offset++), Topics.SNAPSHOTS);
    }

    private void often(KafkaProducer<byte[], byte[]> producer, Duration time) {
        for (int i = 0; i < time.dividedBy(LIVENESS_EVERY); i++) {
            send(producer, liveness.snapshot(offset++), Topics.LIVENESS_SNAPSHOTS);
        }
        producer.flush();
    }

    private void send(KafkaProducer<byte[], byte[]> producer, Snapshot snapshot, Topic to) {
        var record = codec.record(Logs.SNAPSHOTS, FLEET, snapshot);
        producer.send(
                new ProducerRecord<>(to.name(), 0, record.key(), record.value(), SnapshotRecords.headers(1)),
                (written, failure) -> {
                    if (failure != null) {
                        throw new IllegalStateException(failure);
                    }
                });
    }

    private void look(Map<String, Object> client, String after, PrintWriter out) {
        var history = new KafkaHistory(client, codec);
        out.printf(
                Locale.ROOT,
                "after %s: found within %d ms (coordination), %d ms (liveness), medians of %d%n",
                after,
                median(() -> history.snapshots(FleetSnapshot.class, 0, Long.MAX_VALUE)
                        .latest()
                        .size()),
                median(() -> history.snapshots(LivenessSnapshot.class, 0, Long.MAX_VALUE)
                        .latest()
                        .size()),
                LOOKS);
        out.flush();
    }

    private interface Look {
        int found();
    }

    private static long median(Look look) {
        var took = new ArrayList<Long>();
        for (int i = 0; i < LOOKS; i++) {
            long begin = System.nanoTime();
            if (look.found() != 1) {
                throw new IllegalStateException("no snapshot was found");
            }
            took.add(Duration.ofNanos(System.nanoTime() - begin).toMillis());
        }
        return took.stream().sorted().skip(LOOKS / 2).findFirst().orElseThrow();
    }

    private void size(Admin admin, PrintWriter out) throws InterruptedException, ExecutionException {
        for (Topic topic : Topics.OF_STATES) {
            long bytes = admin.describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(topic.name()))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
            boolean kept = topic.retention().isEmpty();
            out.printf(
                    Locale.ROOT,
                    "%s: %.1f MB %s%n",
                    topic.name(),
                    bytes / 1e6,
                    kept ? "in " + days + " days" : "at most: it keeps a day");
        }
    }
}
