package dev.baton.bridge.watch;

import dev.baton.bridge.beside.StatusManagers;
import dev.baton.bridge.watch.Informers.Sink;
import dev.baton.metrics.Counters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch of one kind. It outlives informers: one that cannot continue where it ended is replaced by a new one, with
 * a new list, and objects that were deleted in between are found by comparison.
 */
final class Watched<T extends HasMetadata> {
    private static final Logger log = LoggerFactory.getLogger(Watched.class);

    /** A list of 20,000 pods comes in pages, so that no response is too large. */
    private static final long PAGE = 500;

    /** A new list of everything follows a restart, so this limits how often. */
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);

    private static final Duration RESTART_LONGEST = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 5;
    /**
     * A watch that is not there for this long is begun anew with a list. The client library tries again by itself, but
     * not if a connection ends in the moment in which it is handed over: then it waits for ever.
     */
    private static final Duration DEAF_LIMIT = Duration.ofSeconds(30);

    private final Informable<T> of;
    private final Sink<T> sink;
    private final UnaryOperator<T> kept;
    private final BooleanSupplier refused;
    private final Counters counters;
    private final Loop loop;
    private final RateLimitedLog problems;
    /** Objects of earlier informers that are gone unless the present one lists them. */
    private final Map<String, T> stale = new HashMap<>();

    private final Set<String> reported = new HashSet<>();
    private Informer current;
    private boolean delivered;
    private boolean expired;
    private int restarts;
    private long notBeforeNanos = System.nanoTime();
    private long heardNanos = System.nanoTime();

    /**
     * @param kept reduced form of an object, which is all that is stored
     * @param refused whether since the last call a watch was refused because it can only begin with a new list
     */
    Watched(
            Informable<T> of,
            Sink<T> sink,
            UnaryOperator<T> kept,
            BooleanSupplier refused,
            Counters counters,
            Loop loop,
            RateLimitedLog problems) {
        this.of = of;
        this.sink = sink;
        this.kept = kept;
        this.refused = refused;
        this.counters = counters;
        this.loop = loop;
        this.problems = problems;
        this.current = new Informer();
    }

    synchronized void start() {
        current.informer.start();
    }

    /** Restarts an expired watch at once; if it expires again and again, after pauses that grow. */
    synchronized void look() {
        forgetStale();
        expired |= refused.getAsBoolean() || isDeaf();
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
     * The new informer reports every object again, because the old one may not have reported all that it had
     * listed. Objects deleted since are found by comparison when the new list is complete.
     */
    synchronized void restart() {
        heardNanos = System.nanoTime();
        log.info("event=watch_restarted kind={}", sink.kind());
        current.stop().forEach(object -> stale.put(key(object), object));
        current = new Informer();
        current.informer.start();
    }

    private boolean isDeaf() {
        long now = System.nanoTime();
        if (current.informer.isWatching()) {
            heardNanos = now;
        }
        boolean deaf = now - heardNanos > DEAF_LIMIT.toNanos();
        if (deaf) {
            heardNanos = now; // said once
            log.warn("event=watch_deaf kind={} since={}s", sink.kind(), DEAF_LIMIT.toSeconds());
        }
        return deaf;
    }

    private void forgetStale() {
        if (!stale.isEmpty() && current.informer.hasSynced()) {
            Set<String> there = Set.copyOf(current.informer.getStore().listKeys());
            stale.forEach((key, object) -> {
                if (!there.contains(key)) {
                    sink.gone().accept(object);
                }
            });
            stale.clear();
        }
    }

    /**
     * Whether the whole first list was handed to the loop. The informer itself says so too early: it has the list
     * then, but reports it on another thread, and half a list would look like deleted objects.
     */
    synchronized boolean isDelivered() {
        if (!delivered
                && current.informer.hasSynced()
                && reported.containsAll(current.informer.getStore().listKeys())) {
            delivered = true;
            reported.clear();
        }
        return delivered;
    }

    synchronized void stop() {
        current.stop();
    }

    /** Never gives up: fabric8 retries, after pauses that grow. */
    private boolean goesOn(Throwable trouble) {
        counters.add("baton_bridge_watch_failures_total", "kind", sink.kind());
        if (problems.isDue(sink.kind())) {
            log.warn("event=watch_failed kind={} reason=\"{}\"", sink.kind(), reason(sink.kind(), trouble));
        }
        return true;
    }

    private static String key(HasMetadata object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    /**
     * One informer with what it stores and reports. It drops reports that it has not delivered when it is stopped, so
     * a deleted object counts as stored until its deletion was delivered.
     */
    private final class Informer implements ResourceEventHandler<T> {
        private final Store store = new Store();
        private final SharedIndexInformer<T> informer;

        Informer() {
            informer = of.withLimit(PAGE).runnableInformer(0);
            informer.itemStore(store);
            informer.addEventHandler(this);
            informer.exceptionHandler((_, trouble) -> goesOn(trouble));
        }

        /** @return the objects that were never delivered as deleted */
        List<T> stop() {
            informer.stop();
            // In this order: an object that is being deleted meanwhile is in one of the two.
            List<T> left = new ArrayList<>(store.values().toList());
            left.addAll(store.leaving.values());
            return left;
        }

        @Override
        public void onAdd(T object) {
            seen(object);
        }

        @Override
        public void onUpdate(T before, T object) {
            seen(object);
        }

        private void seen(T object) {
            // Of managed fields, often the larger half of an object, only who has written our kinds' statuses counts.
            object.getMetadata()
                    .setManagedFields(
                            object instanceof CustomResource
                                    ? StatusManagers.trimmed(
                                            object.getMetadata().getManagedFields())
                                    : List.of());
            deliver(object, sink.seen());
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            deliver(object, sink.gone());
            store.leaving.remove(object.getMetadata().getUid());
        }

        /** A stopped informer delivers nothing: its successor might have reported something newer. */
        private void deliver(T object, Consumer<T> to) {
            synchronized (Watched.this) {
                if (current == this) {
                    counters.add("baton_bridge_watch_events_total", "kind", sink.kind());
                    to.accept(object);
                    if (!delivered) {
                        reported.add(key(object));
                    }
                }
            }
        }

        @Override
        public void onNothing() {
            // An empty list counts as a list: the round may begin.
            loop.post(() -> {});
        }
    }

    private final class Store extends BasicItemStore<T> {
        /** By uid, because an object of the same name may be made and deleted at once. */
        private final Map<String, T> leaving = new ConcurrentHashMap<>();

        Store() {
            super(Watched::key);
        }

        @Override
        public T put(String key, T object) {
            return super.put(key, kept.apply(object));
        }

        @Override
        public T remove(String key) {
            T object = get(key);
            if (object != null) {
                leaving.put(object.getMetadata().getUid(), object);
            }
            return super.remove(key);
        }

        @Override
        public boolean isFullState() {
            return false;
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
}
