package dev.baton.bridge;

import dev.baton.bridge.beside.Beside;
import dev.baton.bridge.beside.Renewals;
import dev.baton.bridge.beside.Renewals.Found;
import dev.baton.bridge.watch.ApiResponses;
import dev.baton.bridge.watch.ApiServer;
import dev.baton.bridge.watch.Loop;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the Leases of EgressGateway's controllers. It asks each time instead of watching: a watch whose connection
 * has died without a word looks the same as a Lease that nobody renews.
 */
final class LeaseLooks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaseLooks.class);

    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** A list of all namespaces costs the API server more than one Lease by its name, so it is rarer. */
    private static final int LIST_EVERY = 15;
    /** What EgressGateway's controllers ask for; counts where a Lease does not say. */
    private static final Duration USUAL = Duration.ofSeconds(15);

    private final KubernetesClient client;
    private final ApiResponses responses;
    private final Loop loop;
    private final Renewals renewals;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bridge-beside").factory());

    // Used by the timer's thread only.
    private List<Lease> last = List.of();
    private int looks;
    private int failures;

    LeaseLooks(ApiServer api, Loop loop, Renewals renewals) {
        this.client = api.once(LIMIT);
        this.responses = api.responses();
        this.loop = loop;
        this.renewals = renewals;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (responses.pauseNanos(ApiResponses.Purpose.LEASE) > 0) {
                return;
            }
            long asked = System.nanoTime();
            List<Lease> found = looks % LIST_EVERY == 0 ? listed() : again();
            long answered = System.nanoTime();
            looks++;
            failures = 0;
            last = found;
            List<Found> read = found.stream().map(LeaseLooks::read).toList();
            loop.post(() -> renewals.look(read, asked, answered));
        } catch (KubernetesClientException e) {
            if (Integer.bitCount(++failures) == 1) {
                log.warn(
                        "event=leases_beside_not_read code={} failures={} reason=\"{}\"",
                        ApiResponses.code(e),
                        failures,
                        e.getMessage());
            }
        } catch (RuntimeException e) {
            // An exception thrown here would end the schedule for ever.
            log.error("event=leases_beside_not_read", e);
        }
    }

    private List<Lease> listed() {
        return client.leases()
                .inAnyNamespace()
                .withField("metadata.name", Beside.LEASE)
                .list()
                .getItems();
    }

    private List<Lease> again() {
        var found = new ArrayList<Lease>();
        for (Lease known : last) {
            Optional.ofNullable(client.leases()
                            .inNamespace(known.getMetadata().getNamespace())
                            .withName(known.getMetadata().getName())
                            .get())
                    .ifPresent(found::add);
        }
        return found;
    }

    private static Found read(Lease lease) {
        Optional<LeaseSpec> spec = Optional.ofNullable(lease.getSpec());
        return new Found(
                lease.getMetadata().getNamespace() + "/" + lease.getMetadata().getName(),
                lease.getMetadata().getUid() + "/" + lease.getMetadata().getResourceVersion(),
                spec.map(LeaseSpec::getHolderIdentity).orElse(""),
                spec.map(LeaseSpec::getLeaseDurationSeconds)
                        .filter(seconds -> seconds > 0)
                        .map(Duration::ofSeconds)
                        .orElse(USUAL));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
