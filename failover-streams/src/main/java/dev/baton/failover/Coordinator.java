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
import dev.baton.failover.topology.Pulse;
import dev.baton.failover.topology.Shell;
import dev.baton.metrics.Counters;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running coordinator. Closing it leaves its group at once, so that another coordinator takes over without waiting.
 */
public final class Coordinator implements AutoCloseable {
    private static final SecureRandom DRAWS = new SecureRandom();
    private static final Logger LOG = LoggerFactory.getLogger("baton.coordinator");
    private static final Duration PUNCTUATION = Duration.ofMillis(5);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final Properties settings;
    private final Shell shell;
    private final KafkaSideLog side;
    private final Counters counters;
    private final Watchdog watchdog;
    private final CompletableFuture<IllegalStateException> refusal = new CompletableFuture<>();
    private KafkaStreams streams;
    private boolean closed;

    private Coordinator(
            Properties settings, Shell shell, KafkaSideLog side, Counters counters, Map<String, Object> client) {
        this.settings = settings;
        this.shell = shell;
        this.side = side;
        this.counters = counters;
        this.streams = streams();
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
        var shell = new Shell(
                codec,
                folds,
                history,
                new DecisionLog(counters, codec, side),
                System::nanoTime,
                () -> UUID.randomUUID().toString(),
                () -> Lineage.of(DRAWS.nextLong()),
                PUNCTUATION,
                config.snapshotEvery(),
                side,
                new Pulse(System::nanoTime));
        var coordinator = new Coordinator(
                StreamsSettings.of(config, codec.reads(), shell.names().get()), shell, side, counters, client);
        coordinator.begin();
        return coordinator;
    }

    private synchronized void begin() {
        side.start();
        streams.start();
        watchdog.start();
    }

    private KafkaStreams streams() {
        var made = new KafkaStreams(FailoverTopology.of(shell), settings, new MonotonicTime());
        made.setUncaughtExceptionHandler(this::failed);
        made.setStateListener((to, from) -> LOG.info("event=coordinator_state from={} to={}", from, to));
        return made;
    }

    /** Another thread, or another process, would find the same past. */
    private StreamThreadExceptionResponse failed(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IncompletePast || cause instanceof UnknownRules) {
                var why = (IllegalStateException) cause;
                LOG.error("event=coordinator_ends reason=\"{}\"", why.getMessage());
                refusal.complete(why);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        }
        LOG.error("event=stream_thread_failed action=replace reason=\"{}\"", failure.toString(), failure);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** New clients, as after a restart of the process: these ones are stuck, and would be for as long as they live. */
    private synchronized void startAnew() {
        if (closed || refusal.isDone()) {
            return;
        }
        side.startAnew();
        leave();
        streams = streams();
        streams.start();
    }

    private void leave() {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_WITHIN));
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
     * UnknownRules}.
     */
    public CompletionStage<IllegalStateException> refusal() {
        return refusal.minimalCompletionStage();
    }

    /** What it counts, for Prometheus. */
    public Counters counters() {
        return counters;
    }

    /** Whether all tasks of this coordinator are running. */
    public synchronized boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    @Override
    public synchronized void close() {
        closed = true;
        watchdog.close();
        leave();
        side.close();
    }
}
