package dev.baton.bridge;

import dev.baton.bridge.state.ClusterView;
import dev.baton.bridge.status.KubeEvent;
import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.ObjectKey.Part;
import dev.baton.bridge.status.Urgency;
import dev.baton.bridge.watch.Loop;
import dev.baton.bridge.write.Patches;
import dev.baton.bridge.write.StatusWriter;
import dev.baton.contract.Decided;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Publishes decisions as Events of Kubernetes, each once as far as that can be known. Used by the loop's thread only.
 */
final class EventTeller {
    /**
     * Events older than this were published by the previous leader. An API server that was away for less gets all of
     * them; those that it has already are not written twice.
     */
    private static final Duration NEWS = Duration.ofMinutes(10);

    /** Upper bound of queued events, if decisions never stop: the newest are kept. */
    private static final int MOST_NEWS = 5_000;

    /**
     * Events older than this before the previous leader's last renewal count as published; newer ones may be published
     * twice.
     */
    private static final Duration HANDED_OVER = Duration.ofMinutes(2);

    private final ClusterView view;
    private final StatusWriter writer;
    private final Loop loop;
    private final String identity;

    /** Not yet published by any replica, as far as this one knows; oldest first. */
    private final SequencedMap<String, KubeEvent> unpublished = new LinkedHashMap<>();

    EventTeller(ClusterView view, StatusWriter writer, Loop loop, String identity) {
        this.view = view;
        this.writer = writer;
        this.loop = loop;
        this.identity = identity;
    }

    void decided(Instant at, Decided decided) {
        KubeEvent.of(at, decided).ifPresent(event -> unpublished.put(event.id(), event));
    }

    /** This replica leads now; the previous leader renewed its Lease last at this time. */
    void takeOver(Instant renewedBefore) {
        unpublished.values().removeIf(event -> event.at().isBefore(renewedBefore.minus(HANDED_OVER)));
    }

    /** What was decided while nothing was written never took effect in the objects, so it is no news either. */
    void forgetAll() {
        unpublished.clear();
    }

    void forgetOlderThan(Instant now) {
        unpublished.values().removeIf(event -> event.at().isBefore(now.minus(NEWS)));
        while (unpublished.size() > MOST_NEWS) {
            unpublished.pollFirstEntry();
        }
    }

    /** An event cannot be compared with what the API server has, so each is queued again until it was written. */
    void go() {
        for (KubeEvent event : unpublished.values()) {
            Optional<? extends HasMetadata> about = event.kind().equals("EgressGateway")
                    ? view.gateways.get(new GatewayId(event.name()))
                    : view.tunnels.get(new NodeId(event.name()));
            writer.put(
                    new ObjectKey("Event", "default", event.name() + "." + event.id(), Part.OBJECT),
                    Urgency.EVENT,
                    event.id(),
                    Patches.event(event, about, identity, () -> loop.post(() -> unpublished.remove(event.id()))));
        }
    }
}
