package dev.baton.bridge.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The watches of the bridge. Each object that is added, changed or deleted is handed to the loop. After a lost watch
 * comes a new list, and objects that were deleted in between are reported as deleted.
 */
public final class Informers implements AutoCloseable {
    /** Where the objects of one kind go. */
    public record Sink<T>(String kind, Consumer<T> seen, Consumer<T> gone) {}

    private final KubernetesClient client;
    private final Loop loop;
    private final ApiServer api;
    private final RateLimitedLog problems = new RateLimitedLog();
    private final List<Watched<?>> watched = new CopyOnWriteArrayList<>();

    // Of the loop's thread.
    private boolean handedOver;
    private boolean synced;

    public Informers(ApiServer api, Loop loop) {
        this.client = api.client();
        this.loop = loop;
        this.api = api;
    }

    /** For our own kinds, and others whose objects are needed completely. */
    public <T extends HasMetadata> void watch(Class<T> type, Sink<T> sink) {
        watch(plural(type), client.resources(type).inAnyNamespace(), sink, UnaryOperator.identity());
    }

    /** For kinds with large objects of which little is needed. */
    public <T extends HasMetadata> void watchLarge(Class<T> type, Supplier<T> empty, Sink<T> sink) {
        watch(plural(type), client.resources(type).inAnyNamespace(), sink, object -> remembered(object, empty.get()));
    }

    /** Finished pods have no address of their own any more, so the API server is asked not to send them. */
    public void watchPods(Sink<Pod> sink) {
        watch(
                plural(Pod.class),
                client.pods()
                        .inAnyNamespace()
                        .withoutField("status.phase", "Succeeded")
                        .withoutField("status.phase", "Failed"),
                sink,
                pod -> remembered(pod, new Pod()));
    }

    private static String plural(Class<? extends HasMetadata> type) {
        return HasMetadata.getPlural(type);
    }

    /**
     * @param plural as its path ends
     * @param kept reduced form that the informer stores; it only compares versions
     */
    public <T extends HasMetadata> void watch(String plural, Informable<T> of, Sink<T> sink, UnaryOperator<T> kept) {
        watched.add(new Watched<>(
                of, sink, kept, () -> api.responses().takeExpired(plural), api.counters(), loop, problems));
    }

    public void start() {
        watched.forEach(Watched::start);
    }

    /** Restarts watches that cannot continue where the last one ended, with a new list. */
    public void look() {
        for (Watched<?> kind : watched) {
            kind.look();
        }
    }

    /**
     * Whether everything was listed at least once and handed to the loop. Before that, an unknown object is not a
     * deleted one.
     */
    public boolean haveSynced() {
        if (!handedOver && watched.stream().allMatch(Watched::isDelivered)) {
            handedOver = true;
            // Runs after all objects that were handed over before.
            loop.post(() -> synced = true);
        }
        return synced;
    }

    private static <T extends HasMetadata> T remembered(T object, T small) {
        var metadata = new ObjectMeta();
        metadata.setName(object.getMetadata().getName());
        metadata.setNamespace(object.getMetadata().getNamespace());
        metadata.setUid(object.getMetadata().getUid());
        metadata.setResourceVersion(object.getMetadata().getResourceVersion());
        // Three empty maps each, for tens of thousands of pods.
        metadata.setAnnotations(Map.of());
        metadata.setLabels(Map.of());
        metadata.setAdditionalProperties(Map.of());
        small.setMetadata(metadata);
        return small;
    }

    @Override
    public void close() {
        watched.forEach(Watched::stop);
    }
}
