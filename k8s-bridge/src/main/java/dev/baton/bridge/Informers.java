package dev.baton.bridge;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the bridge watches. Each object that comes, changes or goes is handed to the loop; a lost watch is followed by a
 * new list, and what went meanwhile is told as gone.
 */
final class Informers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Informers.class);

    /** A list of 20,000 pods comes in pieces, so that no answer is too large for anybody. */
    private static final long PAGE = 500;

    /** A list of everything follows, so not often. */
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);

    private static final Duration RESTART_LONGEST = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 5;

    /** Where the objects of one kind go. */
    record Sink<T>(String kind, Consumer<T> seen, Consumer<T> gone) {}

    private final KubernetesClient client;
    private final Loop loop;
    private final Counters counters;
    private final Answers answers;
    private final Seldom seldom = new Seldom();
    private final List<Watched<?>> watched = new CopyOnWriteArrayList<>();

    // Of the loop's thread.
    private boolean handedOver;
    private boolean synced;

    Informers(ApiServer api, Loop loop) {
        this.client = api.client();
        this.loop = loop;
        this.counters = api.counters();
        this.answers = api.answers();
    }

    /** Of our own kinds, and others of which all is needed. */
    <T extends HasMetadata> void watch(Class<T> type, Sink<T> sink) {
        watch(plural(type), client.resources(type).inAnyNamespace(), sink, UnaryOperator.identity());
    }

    /** Of kinds that are large, and of which little is needed. */
    <T extends HasMetadata> void watchLarge(Class<T> type, Supplier<T> empty, Sink<T> sink) {
        watch(plural(type), client.resources(type).inAnyNamespace(), sink, object -> remembered(object, empty.get()));
    }

    /** Finished pods have no address of their own any more; the API server keeps them to itself. */
    void watchPods(Sink<Pod> sink) {
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
     * @param kept what the informer itself keeps of an object: it compares versions only, and what we need is in our own
     *     maps by then
     */
    <T extends HasMetadata> void watch(String plural, Informable<T> of, Sink<T> sink, UnaryOperator<T> kept) {
        watched.add(new Watched<>(plural, of, sink, kept));
    }

    void start() {
        watched.forEach(Watched::start);
    }

    /** A watch that cannot begin where the last one ended is begun anew, with a list. */
    void look() {
        for (Watched<?> kind : watched) {
            kind.look();
        }
    }

    /** Whether everything was listed at least once, and is known to the loop; before that what is not known is not gone. */
    boolean haveSynced() {
        if (!handedOver && watched.stream().allMatch(Watched::isDelivered)) {
            handedOver = true;
            // After all that was handed over.
            loop.post(() -> synced = true);
        }
        return synced;
    }

    /** One kind, by one informer at a time. */
    private final class Watched<T extends HasMetadata> {
        private final String plural;
        private final Informable<T> of;
        private final Sink<T> sink;
        private final UnaryOperator<T> kept;
        private SharedIndexInformer<T> informer;
        private final Map<String, T> stale = new HashMap<>();
        private final Set<String> told = ConcurrentHashMap.newKeySet();
        private volatile boolean delivered;
        private boolean expired;
        private int restarts;
        private long notBeforeNanos = System.nanoTime();

        Watched(String plural, Informable<T> of, Sink<T> sink, UnaryOperator<T> kept) {
            this.plural = plural;
            this.of = of;
            this.sink = sink;
            this.kept = kept;
            this.informer = informer();
        }

        private SharedIndexInformer<T> informer() {
            SharedIndexInformer<T> made = of.withLimit(PAGE).runnableInformer(0);
            made.itemStore(new Reduced<>(kept));
            made.addEventHandler(new Handler<>(sink, this::toldOf));
            made.exceptionHandler((_, trouble) -> goesOn(trouble));
            return made;
        }

        synchronized void start() {
            informer.start();
        }

        /** At once, as watches expire now and then; where it goes on, each time after a longer pause. */
        synchronized void look() {
            forgetStale();
            expired |= answers.takeExpired(plural);
            long late = System.nanoTime() - notBeforeNanos;
            if (expired && late >= 0) {
                expired = false;
                restarts = late > RESTART_LONGEST.toNanos() ? 0 : Math.min(restarts + 1, MOST_DOUBLINGS);
                long pause = Math.min(RESTART_PAUSE.toNanos() << restarts, RESTART_LONGEST.toNanos());
                notBeforeNanos = System.nanoTime() + Jitter.atMost(pause);
                restart();
            }
        }

        /**
         * The new one tells of everything once more, as of what the old one had listed not all may have been told; what
         * is gone since is known by comparison, when the new list is whole.
         */
        private void restart() {
            informer.stop();
            log.info("event=watch_restarted kind={}", sink.kind());
            informer.getStore().list().forEach(object -> stale.put(key(object), object));
            informer = informer();
            informer.start();
        }

        private void forgetStale() {
            if (!stale.isEmpty() && informer.hasSynced()) {
                Set<String> there = Set.copyOf(informer.getStore().listKeys());
                stale.forEach((key, object) -> {
                    if (!there.contains(key)) {
                        sink.gone().accept(object);
                    }
                });
                stale.clear();
            }
        }

        /**
         * Whether all of the first list was handed to the loop. The informer's own word is too early: it has the list
         * then, but tells of it on another thread, and half a list would look like objects that are gone.
         */
        synchronized boolean isDelivered() {
            if (!delivered
                    && informer.hasSynced()
                    && told.containsAll(informer.getStore().listKeys())) {
                delivered = true;
                told.clear();
            }
            return delivered;
        }

        /** On the informer's thread, after the object was handed over. */
        private void toldOf(T object) {
            if (!delivered) {
                told.add(key(object));
            }
        }

        synchronized void stop() {
            informer.stop();
        }

        /** Never gives up: fabric8 tries again, each time after a longer pause. */
        private boolean goesOn(Throwable trouble) {
            counters.add("baton_bridge_watch_failures_total", "kind", sink.kind());
            if (seldom.isDue(sink.kind())) {
                log.warn("event=watch_failed kind={} reason=\"{}\"", sink.kind(), reason(sink.kind(), trouble));
            }
            return true;
        }
    }

    private static String key(HasMetadata object) {
        return Cache.metaNamespaceKeyFunc(object);
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

    private static final class Reduced<T extends HasMetadata> extends BasicItemStore<T> {
        private final UnaryOperator<T> kept;

        Reduced(UnaryOperator<T> kept) {
            super(Informers::key);
            this.kept = kept;
        }

        @Override
        public T put(String key, T object) {
            return super.put(key, kept.apply(object));
        }

        @Override
        public boolean isFullState() {
            return false;
        }
    }

    private final class Handler<T extends HasMetadata> implements ResourceEventHandler<T> {
        private final Sink<T> sink;
        private final Consumer<T> told;

        Handler(Sink<T> sink, Consumer<T> told) {
            this.sink = sink;
            this.told = told;
        }

        @Override
        public void onAdd(T object) {
            seen(object);
        }

        @Override
        public void onUpdate(T before, T object) {
            seen(object);
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            counters.add("baton_bridge_watch_events_total", "kind", sink.kind());
            sink.gone().accept(object);
            told.accept(object);
        }

        private void seen(T object) {
            counters.add("baton_bridge_watch_events_total", "kind", sink.kind());
            // Who wrote which field: of no use here, and often the larger half of an object.
            object.getMetadata().setManagedFields(List.of());
            sink.seen().accept(object);
            told.accept(object);
        }

        @Override
        public void onNothing() {
            // An empty list is knowledge too: the round may begin.
            loop.post(() -> {});
        }
    }

    static String reason(String kind, Throwable trouble) {
        if (trouble instanceof KubernetesClientException answer && answer.getCode() == 404) {
            return "the API server does not know " + kind + ": are the custom resource definitions installed?";
        }
        if (trouble instanceof KubernetesClientException answer && answer.getCode() == 403) {
            return "no permission: " + answer.getMessage();
        }
        return String.valueOf(trouble.getMessage());
    }

    @Override
    public void close() {
        watched.forEach(Watched::stop);
    }
}
