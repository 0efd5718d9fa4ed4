package dev.baton.failover;

import dev.baton.contract.UnknownRules;
import dev.baton.failover.runner.IncompletePast;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One topology with its Kafka clients, which can be replaced while it runs. */
final class RunningTopology implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("baton.coordinator");
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final String name;
    private final Supplier<Topology> topology;
    private final Properties settings;
    private final CompletableFuture<IllegalStateException> refusal = new CompletableFuture<>();
    private KafkaStreams streams;
    private boolean closed;

    /** @param name for log lines */
    RunningTopology(String name, Supplier<Topology> topology, Properties settings) {
        this.name = name;
        this.topology = topology;
        this.settings = settings;
        this.streams = streams();
    }

    private KafkaStreams streams() {
        var made = new KafkaStreams(topology.get(), settings, new MonotonicTime());
        made.setUncaughtExceptionHandler(this::failed);
        made.setStateListener((to, from) -> LOG.info("event=coordinator_state of={} from={} to={}", name, from, to));
        return made;
    }

    synchronized void start() {
        if (!refusal.isDone()) {
            streams.start();
        }
    }

    /** It is not to run: what it would read is not whole. */
    void refuse(IllegalStateException why) {
        LOG.error("event=coordinator_ends of={} reason=\"{}\"", name, why.getMessage());
        refusal.complete(why);
    }

    /** Another thread, or another process, would find the same past. */
    private StreamThreadExceptionResponse failed(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IncompletePast || cause instanceof UnknownRules) {
                var why = (IllegalStateException) cause;
                refuse(why);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        }
        LOG.error("event=stream_thread_failed of={} action=replace reason=\"{}\"", name, failure.toString(), failure);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** New clients, as after a restart of the process: these ones are stuck, and would be for as long as they live. */
    synchronized void startAnew() {
        if (closed || refusal.isDone()) {
            return;
        }
        leave();
        streams = streams();
        streams.start();
    }

    private void leave() {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_WITHIN));
    }

    /** Completed when it has stopped by itself, with the reason. */
    CompletableFuture<IllegalStateException> refusal() {
        return refusal;
    }

    synchronized boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    @Override
    public synchronized void close() {
        closed = true;
        leave();
    }
}
