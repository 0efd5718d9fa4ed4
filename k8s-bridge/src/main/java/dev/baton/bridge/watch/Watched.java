package dev.baton.bridge.watch;

import dev.baton.bridge.watch.Informers.Sink;
import io.fabric8.kubernetes.api.model.HasMetadata;
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

    private final String plural;
    private final Informable<T> of;
    private final Sink<T> sink;
    private final UnaryOperator<T> kept;
    private final Counters counters;
    private final ApiResponses responses;
    private final Loop loop;
    private final RateLimitedLog problems;
    private SharedIndexInformer<T> informer;
    private final Map<String, T> stale = new HashMap<>();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();
    private volatile boolean delivered;
    private boolean expired;
    private int restarts;
    private long notBeforeNanos = System.nanoTime();

    Watched(
            String plural,
            Informable<T> of,
            Sink<T> sink,
            UnaryOperator<T> kept,
            ApiServer api,
            Loop loop,
            RateLimitedLog problems) {
        this.plural = plural;
        this.of = of;
        this.sink = sink;
        this.kept = kept;
        this.counters = api.counters();
        this.responses = api.responses();
        this.loop = loop;
        this.problems = problems;
        this.informer = informer();
    }

    private SharedIndexInformer<T> informer() {
        SharedIndexInformer<T> made = of.withLimit(PAGE).runnableInformer(0);
        made.itemStore(new Reduced<>(kept));
        made.addEventHandler(new Handler());
        made.exceptionHandler((_, trouble) -> goesOn(trouble));
        return made;
    }

    synchronized void start() {
        informer.start();
    }

    /** Restarts an expired watch at once; if it expires again and again, after pauses that grow. */
    synchronized void look() {
        forgetStale();
        expired |= responses.takeExpired(plural);
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
     * Whether the whole first list was handed to the loop. The informer itself says so too early: it has the list
     * then, but reports it on another thread, and half a list would look like deleted objects.
     */
    synchronized boolean isDelivered() {
        if (!delivered
                && informer.hasSynced()
                && reported.containsAll(informer.getStore().listKeys())) {
            delivered = true;
            reported.clear();
        }
        return delivered;
    }

    /** On the informer's thread, after the object was handed over. */
    private void reported(T object) {
        if (!delivered) {
            reported.add(key(object));
        }
    }

    synchronized void stop() {
        informer.stop();
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

    private static final class Reduced<T extends HasMetadata> extends BasicItemStore<T> {
        private final UnaryOperator<T> kept;

        Reduced(UnaryOperator<T> kept) {
            super(Watched::key);
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

    private final class Handler implements ResourceEventHandler<T> {
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
            reported(object);
        }

        private void seen(T object) {
            counters.add("baton_bridge_watch_events_total", "kind", sink.kind());
            // Managed fields are of no use here, and often the larger half of an object.
            object.getMetadata().setManagedFields(List.of());
            sink.seen().accept(object);
            reported(object);
        }

        @Override
        public void onNothing() {
            // An empty list counts as a list: the round may begin.
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
}
