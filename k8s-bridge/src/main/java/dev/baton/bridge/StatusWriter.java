package dev.baton.bridge;

import dev.baton.bridge.core.ObjectKey;
import dev.baton.bridge.core.Urgency;
import dev.baton.bridge.core.WriteQueue;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out writes to the API server, most urgent first, at no more than so many a second. Whoever puts a write in
 * compares what is with what should be, again and again; so nothing is lost when a write fails.
 */
final class StatusWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatusWriter.class);

    /** Writes wait for answers most of the time; a slow API server must not make a queue of what it could do at once. */
    private static final int WORKERS = 4;

    private static final Duration LEAST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** What the API server refuses is tried again when it may have changed its mind. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(30);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    /** Makes one request. */
    @FunctionalInterface
    interface Request {
        /** @return the object as it is then; empty if it is gone or of no interest */
        Optional<HasMetadata> send(KubernetesClient client);
    }

    /** Hears what became of the writes, on a worker's thread. */
    interface Told {
        /** @param object as the API server answered it */
        void written(HasMetadata object);

        /** However it ended, and if only because another write of the object was under way: look at it again. */
        void ended(ObjectKey key);
    }

    private record Write(Object wanted, Request request) {}

    private final KubernetesClient client;
    private final long spacingNanos;
    private final Told told;
    private final Counters counters;
    private final List<Thread> workers = new ArrayList<>();

    // Guarded by this.
    private final WriteQueue<Write> queue = new WriteQueue<>();
    private final Map<ObjectKey, Object> underWay = new HashMap<>();
    private final Map<ObjectKey, Long> refusedUntil = new HashMap<>();
    private long nextNanos = System.nanoTime();
    private int troubles;
    private boolean closed;

    StatusWriter(KubernetesClient client, int perSecond, Told told, Counters counters) {
        this.client = client;
        this.spacingNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.told = told;
        this.counters = counters;
    }

    void start() {
        for (int i = 0; i < WORKERS; i++) {
            var worker = new Thread(this::work, "status-writer-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
    }

    /**
     * @param wanted what the object will be like then; the same is not written twice at a time
     * @return whether it will be tried; not so soon after the API server refused the object's last
     */
    synchronized boolean put(ObjectKey key, Urgency urgency, Object wanted, Request request) {
        Long until = refusedUntil.get(key);
        boolean refused = until != null && until - System.nanoTime() > 0;
        if (!refused && !wanted.equals(underWay.get(key))) {
            queue.put(key, urgency, new Write(wanted, request));
            notifyAll();
        } else {
            queue.drop(key);
        }
        return !refused;
    }

    synchronized void drop(ObjectKey key) {
        queue.drop(key);
    }

    /** Another replica writes now. */
    synchronized void clear() {
        queue.clear();
    }

    private void work() {
        try {
            while (true) {
                WriteQueue.Entry<Write> entry = next();
                if (entry == null) {
                    return;
                }
                write(entry);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private synchronized WriteQueue.@org.jspecify.annotations.Nullable Entry<Write> next() throws InterruptedException {
        while (!closed) {
            long left = nextNanos - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } else if (queue.size() == 0) {
                wait();
            } else {
                // A bucket of one: an idle second is not saved up for a burst.
                nextNanos = Math.max(nextNanos, System.nanoTime() - spacingNanos) + spacingNanos;
                WriteQueue.Entry<Write> entry = queue.take().orElseThrow();
                if (underWay.containsKey(entry.key())) {
                    // Two writes of one object would race.
                    told.ended(entry.key());
                    continue;
                }
                underWay.put(entry.key(), entry.what().wanted());
                return entry;
            }
        }
        return null;
    }

    private void write(WriteQueue.Entry<Write> entry) {
        try {
            Optional<HasMetadata> answer = entry.what().request().send(client);
            answer.ifPresent(told::written);
            counters.add("baton_bridge_writes_total", "urgency", entry.urgency().name());
            done(entry.key(), 0, false);
        } catch (KubernetesClientException e) {
            failed(entry, e);
        } catch (RuntimeException e) {
            log.error("event=write_failed object={}", entry.key(), e);
            done(entry.key(), 0, true);
        } finally {
            told.ended(entry.key());
        }
    }

    private void failed(WriteQueue.Entry<Write> entry, KubernetesClientException e) {
        int code = e.getCode();
        counters.add("baton_bridge_write_failures_total", "code", Integer.toString(code));
        if (code == 404 || code == 409) {
            // It went, or came, meanwhile; the next round knows more.
            log.debug("event=write_outdated object={} code={}", entry.key(), code);
            done(entry.key(), 0, false);
        } else if (code >= 400 && code < 500 && code != 408 && code != 429) {
            log.warn("event=write_refused object={} code={} reason=\"{}\"", entry.key(), code, e.getMessage());
            done(entry.key(), 0, true);
        } else {
            int now = done(entry.key(), 1, false);
            if (Integer.bitCount(now) == 1) {
                log.warn("event=api_server_away object={} failures={} reason=\"{}\"", entry.key(), now, e.getMessage());
            }
        }
    }

    /** @return how many requests in a row the API server did not serve */
    private synchronized int done(ObjectKey key, int trouble, boolean refused) {
        underWay.remove(key);
        if (refused) {
            refusedUntil.put(key, System.nanoTime() + jittered(REFUSED_PAUSE.toNanos()));
        } else {
            refusedUntil.remove(key);
        }
        troubles = trouble == 0 ? 0 : troubles + trouble;
        if (troubles > 0) {
            long pause = LEAST_PAUSE.toNanos() << Math.min(troubles - 1, 10);
            nextNanos = System.nanoTime() + jittered(Math.min(pause, LONGEST_PAUSE.toNanos()));
        }
        notifyAll();
        return troubles;
    }

    /** Between half and all of it: replicas and clusters should not come back in step. */
    private static long jittered(long nanos) {
        return nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        for (Thread worker : workers) {
            try {
                worker.join(CLOSE_LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
