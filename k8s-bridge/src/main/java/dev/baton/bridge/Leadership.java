package dev.baton.bridge;

import dev.baton.bridge.watch.ApiResponses;
import dev.baton.bridge.watch.ApiServer;
import dev.baton.bridge.watch.Jitter;
import dev.baton.metrics.Counters;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects one replica as the leader, by a Lease that is released on stop. The holder stops, by its own clock, before
 * any other replica can start by its clock, whatever the API server answers and when; no wall clock counts. A replica
 * that loses the Lease stands for election again: an outage of the API server ends no process.
 */
final class Leadership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Leadership.class);

    static final String LEASE = "baton-bridge";

    private static final long CLOSE_LIMIT_MS = TimeUnit.SECONDS.toMillis(3);
    private static final int CONFLICT = 409;

    /** Is notified on a thread that it must not block. */
    interface Listener {
        void elected(Optional<Instant> renewedBefore);

        void deposed();
    }

    private final KubernetesClient client;
    private final ApiResponses responses;
    private final Counters counters;
    private final BridgeConfig config;
    private final Listener listener;
    private final Thread thread = new Thread(this::standForElection, "bridge-leadership");
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        var watching = new Thread(work, "bridge-lease");
        watching.setDaemon(true);
        return watching;
    });
    private volatile boolean closed;

    // Used by the electing thread only.
    /** The Lease as we know it, so that it can be renewed without reading it again; empty if it may have changed. */
    private Optional<Lease> known = Optional.empty();

    private Optional<Lease> seen = Optional.empty();
    private long changedNanos;
    private int failures;

    // Guarded by this.
    private boolean leading;
    private long untilNanos;

    /** When the previous leader last renewed, by its own wall clock. Used by the electing thread only. */
    private Optional<Instant> renewedBefore = Optional.empty();

    Leadership(ApiServer api, BridgeConfig config, Listener listener) {
        // A request that hangs must leave time for a second one.
        this.client = api.once(config.leaseDuration().dividedBy(3));
        this.responses = api.responses();
        this.counters = api.counters();
        this.config = config;
        this.listener = listener;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void standForElection() {
        while (!closed) {
            long began = System.nanoTime();
            long period = Jitter.atMost(config.leaseDuration().dividedBy(5).toNanos());
            long pause = period;
            try {
                if (take()) {
                    holds(began);
                } else {
                    isAnothers();
                }
                failures = 0;
                // Slow responses shorten the pause: after a late renewal the next one is due sooner.
                pause = began + period - System.nanoTime();
            } catch (KubernetesClientException e) {
                failed(e);
                if (e.getCode() == CONFLICT && isLeading()) {
                    pause = 0; // another client changed the Lease: look at once
                }
            } catch (RuntimeException e) {
                log.error("event=election_failed", e);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(Math.max(pause, pauseAsked()));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void failed(KubernetesClientException e) {
        // The Lease is no longer as we knew it.
        known = Optional.empty();
        counters.add("baton_bridge_lease_failures_total", "code", ApiResponses.code(e));
        if (!closed && Integer.bitCount(++failures) == 1) {
            log.warn("event=lease_not_taken failures={} reason=\"{}\"", failures, e.getMessage());
        }
    }

    /** The pause that the API server asked for by Retry-After; 0 if it asked for none. */
    private long pauseAsked() {
        return Math.max(0, Jitter.atLeast(responses.pauseNanos(ApiResponses.Purpose.LEASE)));
    }

    /** @return whether we hold the Lease, counted from before the request was sent */
    private boolean take() {
        Optional<Lease> lease = isLeading() && known.isPresent() ? known : read();
        if (lease.isEmpty()) {
            known = Optional.of(client.resource(claimed(new Lease(), true)).create());
            return true;
        }
        boolean ours = config.identity().equals(holder(lease.get()));
        if (!ours && !isFree(lease.get())) {
            return false;
        }
        if (!isLeading()) {
            renewedBefore = Optional.ofNullable(lease.get().getSpec())
                    .map(LeaseSpec::getRenewTime)
                    .map(ZonedDateTime::toInstant);
        }
        // Only in the version that we know: if the Lease has changed since, another replica was faster.
        known = Optional.of(client.resource(claimed(lease.get(), !ours)).update());
        return true;
    }

    private Optional<Lease> read() {
        Optional<Lease> lease = Optional.ofNullable(client.resources(Lease.class)
                .inNamespace(config.namespace())
                .withName(LEASE)
                .get());
        if (!lease.map(Leadership::version).equals(seen.map(Leadership::version))) {
            changedNanos = System.nanoTime();
            String holder = lease.map(Leadership::holder).orElse("");
            if (!holder.equals(config.identity()) && !Optional.of(holder).equals(seen.map(Leadership::holder))) {
                log.info("event=following leader={}", holder.isEmpty() ? "nobody" : holder);
            }
        }
        seen = lease;
        return lease;
    }

    private static String version(Lease lease) {
        return lease.getMetadata().getUid() + "/" + lease.getMetadata().getResourceVersion();
    }

    private static String holder(Lease lease) {
        String holder = lease.getSpec() == null ? null : lease.getSpec().getHolderIdentity();
        return holder == null ? "" : holder;
    }

    /** Whether nobody holds the Lease, or its holder has not renewed it for its duration since we saw it change. */
    private boolean isFree(Lease lease) {
        if (holder(lease).isEmpty()) {
            return true;
        }
        Integer seconds = lease.getSpec().getLeaseDurationSeconds();
        Duration duration = seconds == null ? config.leaseDuration() : Duration.ofSeconds(seconds);
        return System.nanoTime() - changedNanos > duration.toNanos();
    }

    private Lease claimed(Lease lease, boolean anew) {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        var claimed = new LeaseBuilder(lease)
                .editOrNewMetadata()
                .withNamespace(config.namespace())
                .withName(LEASE)
                .endMetadata()
                .editOrNewSpec()
                .withHolderIdentity(config.identity())
                // Rounded up, so that the others never wait for less than the time that we act on.
                .withLeaseDurationSeconds(
                        Math.toIntExact(config.leaseDuration().plusMillis(999).toSeconds()))
                .withRenewTime(now);
        if (anew) {
            Integer transitions = claimed.getLeaseTransitions();
            claimed.withAcquireTime(now).withLeaseTransitions(transitions == null ? 0 : transitions + 1);
        }
        return claimed.endSpec().build();
    }

    /** Valid for two thirds of the Lease from before the request was sent; the rest covers requests still in flight. */
    private synchronized void holds(long askedNanos) {
        untilNanos =
                askedNanos + config.leaseDuration().multipliedBy(2).dividedBy(3).toNanos();
        long left = untilNanos - System.nanoTime();
        if (left <= 0 || closed) {
            return; // the response came too late: the time has already passed
        }
        clock.schedule(this::look, left + 1, TimeUnit.NANOSECONDS);
        if (!leading) {
            leading = true;
            counters.add("baton_bridge_elections_total", "outcome", "elected");
            log.info("event=elected identity={}", config.identity());
            listener.elected(renewedBefore);
        }
    }

    /** Checked by a timer and not by the electing thread, which may be waiting for a response. */
    private synchronized void look() {
        if (leading && untilNanos - System.nanoTime() <= 0) {
            depose("not renewed in time");
        }
    }

    private synchronized void isAnothers() {
        if (leading) {
            depose("another took it");
        }
    }

    private synchronized void depose(String why) {
        leading = false;
        counters.add("baton_bridge_elections_total", "outcome", "deposed");
        log.info("event=deposed identity={} reason=\"{}\"", config.identity(), why);
        listener.deposed();
    }

    synchronized boolean isLeading() {
        return leading && untilNanos - System.nanoTime() > 0;
    }

    /** Releases the Lease, so that another replica can start at once. */
    private void release() {
        try {
            Optional<Lease> lease = read();
            if (lease.map(Leadership::holder).equals(Optional.of(config.identity()))) {
                client.resource(new LeaseBuilder(lease.get())
                                .editSpec()
                                .withHolderIdentity("")
                                .withLeaseDurationSeconds(1)
                                .endSpec()
                                .build())
                        .update();
            }
        } catch (KubernetesClientException e) {
            log.info("event=lease_not_released reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(CLOSE_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean led;
        synchronized (this) {
            led = leading;
            if (leading) {
                depose("stopped");
            }
        }
        if (led) {
            release();
        }
        clock.shutdownNow();
    }
}
