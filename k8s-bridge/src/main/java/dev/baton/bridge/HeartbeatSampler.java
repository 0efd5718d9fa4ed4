package dev.baton.bridge;

import dev.baton.contract.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the end of the heartbeats' log now and then, to show the time of each node's last heartbeat. Reading all
 * heartbeats for a time that is shown in seconds and refreshed every half minute would cost more than everything else
 * here.
 */
final class HeartbeatSampler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeartbeatSampler.class);

    private final FleetLog fleet;
    private final Duration every;
    private final Consumer<Map<NodeId, Instant>> sampled;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "bridge-heartbeats");
        thread.setDaemon(true);
        return thread;
    });

    /** @param refresh how old a shown time may become; the log is read twice as often */
    HeartbeatSampler(FleetLog fleet, Duration refresh, Consumer<Map<NodeId, Instant>> sampled) {
        this.fleet = fleet;
        this.every = refresh.dividedBy(2);
        this.sampled = sampled;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::sample, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sample() {
        try {
            sampled.accept(fleet.lastHeartbeats());
        } catch (RuntimeException e) {
            // An exception thrown here would end the schedule for ever.
            log.warn("event=heartbeats_not_sampled reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
