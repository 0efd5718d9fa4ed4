package dev.baton.prober.core;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which outcomes of probes are reported: the first of each streak at once, and how things stand again and again. The
 * refreshes follow the clock and not the probes, so a long interval does not make an observer fall silent. Of an
 * endpoint whose probes no longer end, for this process is not given what it needs, nothing is said: silence is honest.
 */
public final class Streaks {
    private final ObserverId observer;
    private final Locality from;
    private final ReportRules rules;
    private final Rounds refreshes;
    private SortedMap<EndpointAddress, Streak> streaks = new TreeMap<>();
    private long firstSequence;

    /** @param firstSequence above all that this observer has reported before */
    public Streaks(ObserverId observer, Locality from, ReportRules rules, long firstSequence, long seed) {
        this.observer = observer;
        this.from = from;
        this.rules = rules;
        this.firstSequence = firstSequence;
        this.refreshes = new Rounds(seed);
    }

    /** @param before how many ended alike before this one ended otherwise; empty: it is no change */
    public record Ended(int inARow, Optional<Integer> before, Optional<ProbeReported> report) {}

    /** From now on these are asked, and no others. */
    public void replace(Map<EndpointAddress, Duration> intervals, long nowNanos) {
        // One that is asked again some day goes on above all it has said: so much is remembered of those that leave.
        streaks.forEach((endpoint, streak) -> {
            if (!intervals.containsKey(endpoint)) {
                firstSequence = Math.max(firstSequence, streak.sequence());
            }
        });
        var next = new TreeMap<EndpointAddress, Streak>();
        var refreshed = new TreeMap<EndpointAddress, Duration>();
        intervals.forEach((endpoint, interval) -> {
            Streak streak = streaks.getOrDefault(endpoint, Streak.none(firstSequence));
            next.put(endpoint, streak.askedEvery(interval.toNanos()));
            refreshed.put(endpoint, rules.refresh());
        });
        streaks = next;
        refreshes.replace(refreshed, nowNanos);
    }

    /** A probe has ended. */
    public Ended ended(EndpointAddress endpoint, boolean passed, long nowNanos) {
        Streak before = known(endpoint);
        Streak after = before.ended(passed, nowNanos);
        streaks.put(endpoint, after);
        return new Ended(
                after.inARow(),
                after.inARow() == 1 ? Optional.of(before.inARow()) : Optional.empty(),
                after.inARow() <= rules.first() ? Optional.of(report(endpoint, after)) : Optional.empty());
    }

    /** What is to be said again. */
    public List<ProbeReported> refreshes(long nowNanos) {
        var reports = new ArrayList<ProbeReported>();
        for (EndpointAddress endpoint : refreshes.due(nowNanos)) {
            Streak streak = known(endpoint);
            if (streak.isFresh(nowNanos)) {
                reports.add(report(endpoint, streak));
            }
        }
        return reports;
    }

    /** How long until a refresh is due; empty: there is nobody to speak of. */
    public OptionalLong untilNextNanos(long nowNanos) {
        return refreshes.untilNextNanos(nowNanos);
    }

    private Streak known(EndpointAddress endpoint) {
        Streak streak = streaks.get(endpoint);
        if (streak == null) {
            throw new IllegalStateException(endpoint + " is not among those that are asked");
        }
        return streak;
    }

    private ProbeReported report(EndpointAddress endpoint, Streak streak) {
        streaks.put(endpoint, streak.reported());
        return new ProbeReported(observer, from, endpoint, streak.sequence(), streak.passed(), streak.inARow());
    }
}
