package dev.baton.failover;

import dev.baton.contract.Declaration;
import dev.baton.contract.Lineage;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.UnknownRules;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.runner.IncompletePast;
import dev.baton.failover.topology.FailoverTopology;
import dev.baton.failover.topology.Folds;
import dev.baton.failover.topology.KafkaHistory;
import dev.baton.failover.topology.MeshTopology;
import dev.baton.failover.topology.Pulse;
import dev.baton.failover.topology.Shell;
import dev.baton.metrics.Counters;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A running coordinator. Closing it leaves its group at once, so that another coordinator takes over without waiting.
 */
public final class Coordinator implements AutoCloseable {
    private static final SecureRandom DRAWS = new SecureRandom();
    private static final Duration PUNCTUATION = Duration.ofMillis(5);
    private static final Duration MESH_PUNCTUATION = Duration.ofMillis(20);

    private final RunningTopology eips;
    private final RunningTopology meshes;
    private final KafkaSideLog side;
    private final Counters counters;
    private final Watchdog watchdog;

    private Coordinator(
            RunningTopology eips,
            RunningTopology meshes,
            Shell shell,
            KafkaSideLog side,
            Counters counters,
            Map<String, Object> client) {
        this.eips = eips;
        this.meshes = meshes;
        this.side = side;
        this.counters = counters;
        this.watchdog = new Watchdog(shell.pulse(), client, this::startAnew);
    }

    /**
     * Starts a coordinator. The topics must exist and have been checked.
     *
     * @throws IncompletePast if a log ends before what coordinators have read of it or taken snapshots of
     * @throws InterruptedException if interrupted while the settings were declared
     */
    public static Coordinator start(CoordinatorConfig config, WireCodec codec) throws InterruptedException {
        return start(config, codec, Folds.RELEASED);
    }

    /**
     * The same, with other folds than those of this release.
     *
     * @throws IncompletePast as {@link #start(CoordinatorConfig, WireCodec)}
     * @throws InterruptedException as {@link #start(CoordinatorConfig, WireCodec)}
     */
    public static Coordinator start(CoordinatorConfig config, WireCodec codec, Folds folds)
            throws InterruptedException {
        var client = new HashMap<String, Object>(config.client());
        client.put("bootstrap.servers", config.bootstrap());
        var history = new KafkaHistory(client, codec);
        LogEnds.check(client, history);
        if (config.settings().isPresent()) {
            declare(client, config, codec, config.settings().get());
        }
        var counters = new Counters();
        var side = new KafkaSideLog(client, counters);
        Shell shell = shell(config, codec, folds, history, new DecisionLog(counters, codec, side), side, PUNCTUATION);
        Shell ofMeshes =
                shell(config, codec, folds, history, new DecisionLog(counters, codec, side), side, MESH_PUNCTUATION);
        var coordinator = new Coordinator(
                new RunningTopology(
                        "eips",
                        () -> FailoverTopology.of(shell),
                        StreamsSettings.of(config, codec.reads(), shell.names().get())),
                new RunningTopology(
                        "destinations",
                        () -> MeshTopology.of(ofMeshes),
                        StreamsSettings.ofMeshes(config, shell.names().get())),
                shell,
                side,
                counters,
                client);
        try {
            LogEnds.checkOfMeshes(client, history);
        } catch (IncompletePast e) {
            coordinator.meshes.refuse(e);
        }
        coordinator.begin();
        return coordinator;
    }

    private static Shell shell(
            CoordinatorConfig config,
            WireCodec codec,
            Folds folds,
            KafkaHistory history,
            DecisionLog watch,
            KafkaSideLog side,
            Duration punctuation) {
        return new Shell(
                codec,
                folds,
                history,
                watch,
                System::nanoTime,
                () -> UUID.randomUUID().toString(),
                () -> Lineage.of(DRAWS.nextLong()),
                punctuation,
                config.snapshotEvery(),
                side,
                new Pulse(System::nanoTime));
    }

    private void begin() {
        side.start();
        eips.start();
        meshes.start();
        watchdog.start();
    }

    private void startAnew() {
        side.startAnew();
        eips.startAnew();
        meshes.startAnew();
    }

    private static void declare(
            Map<String, Object> client, CoordinatorConfig config, WireCodec codec, Settings settings)
            throws InterruptedException {
        var properties = new HashMap<>(client);
        properties.put("acks", "all");
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            Declaration declaration = new SettingsDeclared(settings);
            producer.send(codec.record(Logs.DECLARATIONS, config.fleet(), declaration))
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the settings could not be declared: " + e.getCause(), e);
        }
    }

    /**
     * Completed when this coordinator has stopped by itself, with the reason: {@link IncompletePast} or {@link
     * UnknownRules}. What ends the decisions about destinations does not end those about EIPs.
     */
    public CompletionStage<IllegalStateException> refusal() {
        return eips.refusal().minimalCompletionStage();
    }

    /** The same of the decisions about destinations; those about EIPs go on. */
    public CompletionStage<IllegalStateException> refusalOfMeshes() {
        return meshes.refusal().minimalCompletionStage();
    }

    /** What it counts, for Prometheus. */
    public Counters counters() {
        return counters;
    }

    /** Whether all tasks of this coordinator are running that did not end for good. */
    public boolean isRunning() {
        return eips.isRunning() && (meshes.isRunning() || meshes.refusal().isDone());
    }

    @Override
    public void close() {
        watchdog.close();
        // Both leave their groups at once: whoever takes over waits for neither.
        Thread other = Thread.ofVirtual().start(meshes::close);
        eips.close();
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        side.close();
    }
}
