package dev.baton.bridge;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica speaks for the cluster, by a Lease that is released on stop. Who loses it stands for election again: an API
 * server that was away ends nobody.
 */
final class Leadership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Leadership.class);

    static final String LEASE = "baton-bridge";

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Told on a thread that must not be kept. */
    interface Told {
        void elected();

        void deposed();
    }

    private final KubernetesClient client;
    private final BridgeConfig config;
    private final Told told;
    private final Thread thread = new Thread(this::standForElection, "bridge-leadership");
    private volatile boolean closed;
    private volatile CompletableFuture<?> term = CompletableFuture.completedFuture(null);

    Leadership(KubernetesClient client, BridgeConfig config, Told told) {
        this.client = client;
        this.config = config;
        this.told = told;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void standForElection() {
        while (!closed) {
            try {
                term = elector().start();
                term.join();
            } catch (RuntimeException e) {
                log.warn("event=election_failed reason=\"{}\"", e.getMessage());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(closed ? 0 : PAUSE.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private LeaderElector elector() {
        Duration lease = config.leaseDuration();
        return client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(LEASE)
                        .withLock(new LeaseLock(config.namespace(), LEASE, config.identity()))
                        .withLeaseDuration(lease)
                        .withRenewDeadline(lease.multipliedBy(2).dividedBy(3))
                        .withRetryPeriod(lease.dividedBy(5))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(new LeaderCallbacks(this::elected, this::deposed, this::followed))
                        .build())
                .build();
    }

    private void elected() {
        log.info("event=elected identity={}", config.identity());
        told.elected();
    }

    private void deposed() {
        log.info("event=deposed identity={}", config.identity());
        told.deposed();
    }

    private void followed(String leader) {
        if (!leader.equals(config.identity())) {
            log.info("event=following leader={}", leader.isEmpty() ? "nobody" : leader);
        }
    }

    @Override
    public void close() {
        closed = true;
        term.cancel(true); // which releases the Lease
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
