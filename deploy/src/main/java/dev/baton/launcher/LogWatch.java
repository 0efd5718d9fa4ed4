package dev.baton.launcher;

import dev.baton.contract.wire.MissingLogs;
import dev.baton.contract.wire.UnsafeTopic;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether the logs are still what they were made as: somebody may change a topic's settings, or
 * delete it, while everything runs. It says so each time, until that is mended.
 */
public final class LogWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("baton.logs");

    private final Map<String, Object> client;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "log-watch");
        thread.setDaemon(true);
        return thread;
    });

    private LogWatch(Map<String, Object> client) {
        this.client = Map.copyOf(client);
    }

    /** @param client at least {@code bootstrap.servers} */
    public static LogWatch start(Map<String, Object> client, Duration every) {
        var watch = new LogWatch(client);
        watch.timer.scheduleWithFixedDelay(watch::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        try {
            LogSetup.check(client);
        } catch (MissingLogs | UnsafeTopic e) {
            LOG.error("event=log_unsafe reason=\"{}\"", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The brokers do not answer: those who need them say so.
            LOG.debug("event=logs_not_looked_at reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
