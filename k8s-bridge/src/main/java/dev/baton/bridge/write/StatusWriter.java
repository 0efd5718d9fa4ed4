package dev.baton.bridge.write;

import dev.baton.bridge.gate.WriteGate;
import dev.baton.bridge.gate.WriteHeld;
import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.Urgency;
import dev.baton.bridge.status.WriteQueue;
import dev.baton.bridge.watch.ApiResponses;
import dev.baton.bridge.watch.ApiServer;
import dev.baton.bridge.watch.Jitter;
import dev.baton.metrics.Counters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out writes to the API server, the most urgent first, at a limited rate. The rounds that queue the writes
 * compare what is with what should be again and again, so nothing is lost when a write fails.
 */
public final class StatusWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatusWriter.class);

    /**
     * Writes mostly wait for responses; with one worker, a slow API server would handle one at a time although it
     * could handle several.
     */
    private static final int WORKERS = 4;

    private static final Duration LEAST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** The pause before a refused write is tried again: the reason for the refusal may be gone by then. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(30);

    /** What an object will be that is deleted. */
    public static final Object GONE = "gone";

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    /** Makes one request. */
    @FunctionalInterface
    public interface Request {
        /** @return the object as written; empty if it is gone or of no interest */
        Optional<HasMetadata> send(KubernetesClient client);
    }

    /** Is notified of the results of writes, on a worker's thread. */
    public interface Listener {
        /** @param object as the API server returned it */
        void written(HasMetadata object);

        /**
         * The write ended, in whatever way; perhaps it was not even sent because another write of the object was
         * under way. Look at the object again.
         */
        void ended(ObjectKey key);
    }

    private record Write(Object wanted, Request request) {}

    /** An object that is not written for a while, after so many failures in a row. */
    private record BackOff(long untilNanos, int failures) {
        boolean isOver() {
            return untilNanos - System.nanoTime() <= 0;
        }
    }

    /** A conflict normally ends with the next watch event; repeated conflicts mean another problem. */
    private static final int MOST_DOUBLINGS = 10;

    /** Back-off entries that are over are dropped beyond this number, so that deleted objects do not accumulate. */
    private static final int MANY_BACK_OFFS = 1_000;

    private final KubernetesClient client;
    private final WriteGate gate;
    private final ApiResponses responses;
    private final long spacingNanos;
    private final Listener listener;
    private final Counters counters;
    private final List<Thread> workers = new ArrayList<>();

    // Guarded by this.
    private final WriteQueue<Write> queue = new WriteQueue<>();
    /** What was not queued because the gate is closed: what each object would be. */
    private final Map<ObjectKey, Object> held = new HashMap<>();

    private final Map<ObjectKey, Object> underWay = new HashMap<>();
    private final Map<ObjectKey, BackOff> backOffs = new HashMap<>();
    private long nextNanos = System.nanoTime();
    private int troubles;
    private boolean closed;

    public StatusWriter(ApiServer api, int perSecond, Listener listener) {
        this.client = api.once();
        this.gate = api.gate();
        this.responses = api.responses();
        this.spacingNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.listener = listener;
        this.counters = api.counters();
    }

    public void start() {
        for (int i = 0; i < WORKERS; i++) {
            var worker = new Thread(this::work, "status-writer-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
    }

    /**
     * @param wanted what the object will be after the write; the same form is not queued twice
     * @return whether it was queued; not if the API server refused the last write of this object only recently, and
     *     not while nothing may be written
     */
    public synchronized boolean put(ObjectKey key, Urgency urgency, Object wanted, Request request) {
        if (!gate.lets(key.kind(), key.namespace())) {
            queue.drop(key);
            held.put(key, wanted);
            return false;
        }
        BackOff backOff = backOffs.get(key);
        boolean alone = backOff != null && !backOff.isOver();
        if (!alone && !wanted.equals(underWay.get(key))) {
            queue.put(key, urgency, new Write(wanted, request));
            notifyAll();
        } else {
            queue.drop(key);
        }
        return !alone;
    }

    public synchronized void drop(ObjectKey key) {
        queue.drop(key);
    }

    /** Drops all queued writes: another replica leads now. */
    public synchronized void clear() {
        queue.clear();
    }

    public synchronized void forgetHeld() {
        held.clear();
    }

    /** What would be written, and was not since {@link #forgetHeld}; {@link #GONE} what would be deleted. */
    public synchronized Map<ObjectKey, Object> held() {
        return Map.copyOf(held);
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

    private synchronized WriteQueue.@Nullable Entry<Write> next() throws InterruptedException {
        while (!closed) {
            long left = nextNanos - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } else if (queue.size() == 0) {
                wait();
            } else {
                // A token bucket of size one: idle time does not allow a burst later.
                nextNanos = Math.max(nextNanos, System.nanoTime() - spacingNanos) + spacingNanos;
                WriteQueue.Entry<Write> entry = queue.take().orElseThrow();
                if (underWay.containsKey(entry.key())) {
                    // Two writes of one object would race.
                    listener.ended(entry.key());
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
            answer.ifPresent(listener::written);
            counters.add("baton_bridge_writes_total", "urgency", entry.urgency().name());
            done(entry.key());
        } catch (KubernetesClientException e) {
            failed(entry, e);
        } catch (WriteHeld e) {
            // The gate was closed after this write was queued.
            log.info("event=write_held object={} reason=\"{}\"", entry.key(), e.getMessage());
            done(entry.key());
        } catch (RuntimeException e) {
            log.error("event=write_failed object={}", entry.key(), e);
            leftAlone(entry.key(), REFUSED_PAUSE);
        } finally {
            listener.ended(entry.key());
        }
    }

    private void failed(WriteQueue.Entry<Write> entry, KubernetesClientException e) {
        int code = e.getCode();
        counters.add("baton_bridge_write_failures_total", "code", ApiResponses.code(e));
        if (code == 404 || code == 409) {
            // The object was deleted, created or changed in between; the next round will see it.
            int failures = leftAlone(entry.key(), LEAST_PAUSE);
            if (Integer.bitCount(failures) == 1) {
                log.info(
                        "event=write_outdated object={} code={} failures={} reason=\"{}\"",
                        entry.key(),
                        code,
                        failures,
                        e.getMessage());
            }
        } else if (code >= 400 && code < 500 && code != 408 && code != 429) {
            log.warn("event=write_refused object={} code={} reason=\"{}\"", entry.key(), code, e.getMessage());
            leftAlone(entry.key(), REFUSED_PAUSE);
        } else {
            int failures = pause(entry.key());
            if (Integer.bitCount(failures) == 1) {
                log.warn(
                        "event=write_delayed object={} code={} failures={} reason=\"{}\"",
                        entry.key(),
                        ApiResponses.code(e),
                        failures,
                        e.getMessage());
            }
        }
    }

    private synchronized void done(ObjectKey key) {
        backOffs.remove(key);
        served(key);
    }

    /** @return how many writes of this object have failed in a row */
    private synchronized int leftAlone(ObjectKey key, Duration atFirst) {
        if (backOffs.size() > MANY_BACK_OFFS) {
            backOffs.values().removeIf(BackOff::isOver);
        }
        BackOff before = backOffs.get(key);
        int failures = before == null ? 1 : before.failures() + 1;
        Duration longest = atFirst.compareTo(LONGEST_PAUSE) > 0 ? atFirst : LONGEST_PAUSE;
        backOffs.put(key, new BackOff(System.nanoTime() + pauseNanos(atFirst, failures, longest), failures));
        served(key);
        return failures;
    }

    /** The API server has served a write, so the pauses end. */
    private void served(ObjectKey key) {
        underWay.remove(key);
        troubles = 0;
        notifyAll();
    }

    /** @return how many requests in a row the API server did not serve */
    private synchronized int pause(ObjectKey key) {
        underWay.remove(key);
        troubles++;
        nextNanos = System.nanoTime()
                + Math.max(
                        pauseNanos(LEAST_PAUSE, troubles, LONGEST_PAUSE),
                        Jitter.atLeast(responses.pauseNanos(ApiResponses.Purpose.WRITE)));
        notifyAll();
        return troubles;
    }

    private static long pauseNanos(Duration atFirst, int failures, Duration longest) {
        long doubled = atFirst.toNanos() << Math.min(failures - 1, MOST_DOUBLINGS);
        return Jitter.atMost(Math.min(doubled, longest.toNanos()));
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
