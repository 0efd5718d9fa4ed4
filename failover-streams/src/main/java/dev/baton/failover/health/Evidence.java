package dev.baton.failover.health;

import dev.baton.contract.mesh.HealthReport;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.HealthReport.TrafficReported;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Heard;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What has been said of one endpoint: the last report of each observer, with the log time when it was heard.
 *
 * <p>Where nobody probes, nothing is concluded: a proxy that sends nothing to an ejected endpoint cannot tell that it
 * works again. Where somebody does, probers and proxies count apart, each kind with its own quorum.
 */
public record Evidence(HealthVerdict verdict, SortedMap<ObserverId, Heard> heard) {
    private static final int FORGOTTEN = 10;

    public static final Evidence NONE = new Evidence(new HealthVerdict.Passing(), new TreeMap<>());

    public Evidence {
        heard = Collections.unmodifiableSortedMap(new TreeMap<>(heard));
    }

    /** With this report; an older one than is known changes nothing. */
    public Evidence with(HealthReport report, Duration now, HealthRules rules) {
        Heard before = heard.get(report.observer());
        if (before != null && before.report().sequence() >= report.sequence()) {
            return this;
        }
        var after = new TreeMap<>(heard);
        after.put(report.observer(), new Heard(report, now));
        // One that ended without a word is forgotten, long after it last counted.
        Duration forgottenAfter = rules.silentAfter().multipliedBy(FORGOTTEN);
        after.values().removeIf(one -> now.minus(one.at()).compareTo(forgottenAfter) >= 0);
        return new Evidence(verdict, after).at(now, rules);
    }

    /** Without an observer that is gone for good. */
    public Evidence without(ObserverId observer, Duration now, HealthRules rules) {
        if (!heard.containsKey(observer)) {
            return this;
        }
        var left = new TreeMap<>(heard);
        left.remove(observer);
        return new Evidence(verdict, left).at(now, rules);
    }

    /** Whether nobody probes the endpoint now, though somebody did. */
    public boolean isUnobserved(Duration now, HealthRules rules) {
        return !heard.isEmpty() && of(ProbeReported.class, now, rules).isEmpty();
    }

    /**
     * As time goes on, observers fall silent. If all probers have, what was agreed on last stays: nothing is taken out,
     * and nothing let back in, because observers are gone.
     */
    public Evidence at(Duration now, HealthRules rules) {
        List<ProbeReported> probes = of(ProbeReported.class, now, rules);
        if (probes.isEmpty()) {
            return this;
        }
        List<TrafficReported> traffic = of(TrafficReported.class, now, rules);
        HealthVerdict next = failing(probes, report -> fails(report, rules), report -> passes(report, rules), rules)
                .or(() -> failing(traffic, report -> fails(report, rules), report -> report.failedInARow() == 0, rules))
                .orElseGet(() -> letsBack(probes, rules) ? new HealthVerdict.Passing() : verdict);
        return next.equals(verdict) ? this : new Evidence(next, heard);
    }

    private static boolean fails(ProbeReported report, HealthRules rules) {
        return !report.passed() && report.inARow() >= rules.unhealthyThreshold();
    }

    private static boolean fails(TrafficReported report, HealthRules rules) {
        return rules.consecutiveErrors() > 0 && report.failedInARow() >= rules.consecutiveErrors();
    }

    private static boolean passes(ProbeReported report, HealthRules rules) {
        return report.passed() && report.inARow() >= rules.healthyThreshold();
    }

    /** Whether so many pass that the others are no quorum. */
    private static boolean letsBack(List<ProbeReported> probes, HealthRules rules) {
        return probes.stream().filter(report -> passes(report, rules)).count() > probes.size() - quorum(probes, rules);
    }

    private static int quorum(List<? extends HealthReport> reports, HealthRules rules) {
        return Math.min(rules.quorum(), reports.size());
    }

    /** Empty: too few have it failing. A region that is not known may be any. */
    private static <R extends HealthReport> Optional<HealthVerdict> failing(
            List<R> reports, Predicate<R> fails, Predicate<R> passes, HealthRules rules) {
        var failing = reports.stream().filter(fails).toList();
        if (failing.isEmpty() || failing.size() < quorum(reports, rules)) {
            return Optional.empty();
        }
        var from = regions(failing);
        var passing = regions(reports.stream().filter(passes).toList());
        passing.removeAll(from);
        boolean isTheWay = !passing.isEmpty() && !from.contains(Locality.UNKNOWN.region());
        return Optional.of(isTheWay ? new HealthVerdict.FailingFrom(from) : new HealthVerdict.Failing());
    }

    private static TreeSet<String> regions(List<? extends HealthReport> reports) {
        return reports.stream().map(report -> report.from().region()).collect(Collectors.toCollection(TreeSet::new));
    }

    private <R extends HealthReport> List<R> of(Class<R> kind, Duration now, HealthRules rules) {
        return reports(now, rules).filter(kind::isInstance).map(kind::cast).toList();
    }

    private Stream<HealthReport> reports(Duration now, HealthRules rules) {
        return heard.values().stream()
                .filter(one -> now.minus(one.at()).compareTo(rules.silentAfter()) < 0)
                .map(Heard::report);
    }
}
