package dev.baton.prober;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthReport;
import dev.baton.metrics.Counters;
import dev.baton.prober.core.Rounds;
import dev.baton.prober.core.Streaks;
import dev.baton.prober.core.Target;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the event loop does between reading and writing: puts the questions that are due, ends those whose time is up,
 * and says again what is to be said again. Its turns are a few milliseconds apart, so that many questions share one
 * wake-up; confined to the event loop.
 */
final class ProbeLoop {
    static final Duration NAMES_KEPT = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(ProbeLoop.class);

    private static final long SHORTEST_NAP_NANOS = 4_000_000;
    private static final long LONGEST_NAP_NANOS = 100_000_000;

    /** So long questions are put before the sockets are read again. */
    private static final long ASKING_NANOS = 4_000_000;

    private static final long UNASKED_TOLD_EVERY_NANOS = 10_000_000_000L;

    private final Consumer<HealthReport> reports;
    private final EventLoop loop;
    private final HostNames names;
    private final Connections connections;
    private final Rounds rounds;
    private final Streaks streaks;
    private final Timeouts timeouts = new Timeouts();
    private final OutcomeCounts counts;
    private final Map<EndpointAddress, Endpoint> endpoints = new HashMap<>();

    /** Those whose turn has come, in order, each once. */
    private final SequencedSet<EndpointAddress> waiting = new LinkedHashSet<>();

    private OptionalLong unaskedToldAt = OptionalLong.empty();
    private long turnBefore = System.nanoTime();
    private boolean closed;

    ProbeLoop(
            ProberOptions options, Consumer<HealthReport> reports, Counters counters, EventLoop loop, HostNames names) {
        this.reports = reports;
        this.loop = loop;
        this.names = names;
        this.connections = new Connections(loop);
        this.rounds = new Rounds(options.seed());
        // Another seed, so that refreshes are not in step with the probes.
        this.streaks = new Streaks(
                options.observer(), options.from(), options.rules(), options.firstSequence(), ~options.seed());
        this.counts = new OutcomeCounts(counters);
    }

    void start() {
        turn();
    }

    void replace(SortedMap<EndpointAddress, Target> wanted) {
        endpoints.entrySet().removeIf(entry -> {
            Target target = wanted.get(entry.getKey());
            boolean gone = target == null
                    || !target.probe()
                            .question()
                            .equals(entry.getValue().target().probe().question());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        var intervals = new TreeMap<EndpointAddress, Duration>();
        wanted.forEach((address, target) -> {
            endpoints
                    .computeIfAbsent(address, _ -> new Endpoint(target, names, connections))
                    .become(target);
            intervals.put(address, target.probe().interval());
        });
        long now = System.nanoTime();
        rounds.replace(intervals, now);
        streaks.replace(intervals, now);
    }

    private void turn() {
        if (closed) {
            return;
        }
        try {
            long now = System.nanoTime();
            // What was overdue at the turn before: the sockets were read since, and so an answer that had come in time
            // counts, even if this process was halted meanwhile.
            timeouts.expire(turnBefore);
            turnBefore = now;
            waiting.addAll(rounds.due(now));
            probeWaiting(now);
            streaks.refreshes(now).forEach(this::report);
            counts.missed(rounds.missed());
        } catch (RuntimeException e) {
            // Our bug. The next turn comes all the same.
            log.error("event=prober_turn_failed", e);
        }
        var _ = loop.schedule(this::turn, nap(System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private long nap(long now) {
        if (!waiting.isEmpty()) {
            return 0;
        }
        long next = LongStream.of(
                        rounds.untilNextNanos(now).orElse(LONGEST_NAP_NANOS),
                        streaks.untilNextNanos(now).orElse(LONGEST_NAP_NANOS),
                        timeouts.untilNextNanos(now).orElse(LONGEST_NAP_NANOS))
                .min()
                .orElse(LONGEST_NAP_NANOS);
        return Math.clamp(next, SHORTEST_NAP_NANOS, LONGEST_NAP_NANOS);
    }

    /** Reading answers comes first: a loop that cannot keep up asks later, and does not hear later. */
    private void probeWaiting(long turnAt) {
        for (long now = turnAt; !waiting.isEmpty() && now - turnAt < ASKING_NANOS; now = System.nanoTime()) {
            EndpointAddress address = waiting.removeFirst();
            probe(address, now);
        }
    }

    private void probe(EndpointAddress address, long now) {
        Endpoint endpoint = endpoints.get(address);
        if (endpoint == null) {
            return;
        }
        try {
            endpoint.probe(outcome -> over(address, outcome))
                    .filter(inquiry -> !inquiry.isOver())
                    .ifPresent(inquiry -> timeouts.add(
                            now + endpoint.target().probe().timeout().toNanos(), inquiry));
        } catch (RuntimeException e) {
            // Our bug. It begins anew at its next turn, and the others are asked all the same.
            log.error("event=probe_broken endpoint={}", address, e);
            endpoint.close();
        }
    }

    private void over(EndpointAddress address, Outcome outcome) {
        counts.add(outcome);
        switch (outcome) {
            case Outcome.Passed _ -> tell(address, true, outcome);
            case Outcome.Failed _ -> tell(address, false, outcome);
            case Outcome.Unasked(String detail) -> unasked(address, detail);
        }
    }

    /** It is this machine that lacks something, mostly for many at once: one line now and then tells enough. */
    private void unasked(EndpointAddress address, String detail) {
        long now = System.nanoTime();
        if (unaskedToldAt.isEmpty() || now - unaskedToldAt.getAsLong() >= UNASKED_TOLD_EVERY_NANOS) {
            unaskedToldAt = OptionalLong.of(now);
            log.warn("event=probe_unasked endpoint={} reason=\"{}\"", address, plain(detail));
        }
    }

    private void report(HealthReport report) {
        try {
            reports.accept(report);
        } catch (RuntimeException e) {
            log.error("event=report_failed endpoint={}", report.endpoint(), e);
        }
    }

    private void tell(EndpointAddress address, boolean passed, Outcome outcome) {
        Streaks.Ended ended = streaks.ended(address, passed, System.nanoTime());
        ended.report().ifPresent(this::report);
        ended.before().ifPresent(before -> {
            // A first good answer is no news.
            if (before > 0 || !passed) {
                log.info(
                        "event=probe_changed endpoint={} passed={} {} in_a_row={} before_in_a_row={}",
                        address,
                        passed,
                        why(outcome),
                        ended.inARow(),
                        before);
            }
        });
    }

    private static String why(Outcome outcome) {
        return outcome instanceof Outcome.Failed(Outcome.Reason reason, String detail)
                ? "reason=" + reason + " detail=\"" + plain(detail) + "\""
                : "reason=NONE";
    }

    private static String plain(String detail) {
        return detail.replaceAll("[\"\\p{Cntrl}]", "'");
    }

    void close() {
        closed = true;
        endpoints.values().forEach(Endpoint::close);
        endpoints.clear();
    }
}
