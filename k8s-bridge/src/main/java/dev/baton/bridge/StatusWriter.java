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

    /** An object that is left alone for a while, after so many failures in a row. */
    private record Standoff(long untilNanos, int failures) {
        boolean isOver() {
            return untilNanos - System.nanoTime() <= 0;
        }
    }

    /** A conflict is over when the watch has told what changed; that one lasts is a sign of something else. */
    private static final int MOST_DOUBLINGS = 10;

    /** What is left alone for a while: of objects that are gone for good, too many were kept. */
    private static final int MANY_STANDOFFS = 1_000;

    private final KubernetesClient client;
    private final Answers answers;
    private final long spacingNanos;
    private final Told told;
    private final Counters counters;
    private final List<Thread> workers = new ArrayList<>();

    // Guarded by this.
    private final WriteQueue<Write> queue = new WriteQueue<>();
    private final Map<ObjectKey, Object> underWay = new HashMap<>();
    private final Map<ObjectKey, Standoff> standoffs = new HashMap<>();
    private long nextNanos = System.nanoTime();
    private int troubles;
    private boolean closed;

    StatusWriter(ApiServer api, int perSecond, Told told) {
        this.client = api.once();
        this.answers = api.answers();
        this.spacingNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.told = told;
        this.counters = api.counters();
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
        Standoff standoff = standoffs.get(key);
        boolean alone = standoff != null && !standoff.isOver();
        if (!alone && !wanted.equals(underWay.get(key))) {
            queue.put(key, urgency, new Write(wanted, request));
            notifyAll();
        } else {
            queue.drop(key);
        }
        return !alone;
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
            done(entry.key());
        } catch (KubernetesClientException e) {
            failed(entry, e);
        } catch (RuntimeException e) {
            log.error("event=write_failed object={}", entry.key(), e);
            leftAlone(entry.key(), REFUSED_PAUSE);
        } finally {
            told.ended(entry.key());
        }
    }

    private void failed(WriteQueue.Entry<Write> entry, KubernetesClientException e) {
        int code = e.getCode();
        counters.add("baton_bridge_write_failures_total", "code", Answers.code(e));
        if (code == 404 || code == 409) {
            // It went, or came, or changed meanwhile; the next round knows more.
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
                        Answers.code(e),
                        failures,
                        e.getMessage());
            }
        }
    }

    private synchronized void done(ObjectKey key) {
        standoffs.remove(key);
        served(key);
    }

    /** @return how often in a row this object was not to be written */
    private synchronized int leftAlone(ObjectKey key, Duration atFirst) {
        if (standoffs.size() > MANY_STANDOFFS) {
            standoffs.values().removeIf(Standoff::isOver);
        }
        Standoff before = standoffs.get(key);
        int failures = before == null ? 1 : before.failures() + 1;
        Duration longest = atFirst.compareTo(LONGEST_PAUSE) > 0 ? atFirst : LONGEST_PAUSE;
        standoffs.put(key, new Standoff(System.nanoTime() + pauseNanos(atFirst, failures, longest), failures));
        served(key);
        return failures;
    }

    /** The API server works. */
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
                        Jitter.atLeast(answers.pauseNanos(Answers.Purpose.WRITE)));
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
