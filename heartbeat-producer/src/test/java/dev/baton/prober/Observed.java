package dev.baton.prober;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthReport;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.contract.mesh.Probe;
import dev.baton.contract.mesh.Probe.Question;
import dev.baton.metrics.Counters;
import dev.baton.prober.core.ReportRules;
import dev.baton.prober.core.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A prober that asks fast, and what it has reported. */
final class Observed implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(60);
    private static final Duration PATIENT = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Counters counters = new Counters();
    private final Prober prober;
    private final List<ProbeReported> reports = new ArrayList<>();

    Observed() {
        this(_ -> {});
    }

    /** @param meanwhile is done by the loop with each report */
    Observed(Consumer<HealthReport> meanwhile) {
        var rules = new ReportRules(3, Duration.ofMillis(100));
        var options = new ProberOptions(new ObserverId("prober-a"), Locality.UNKNOWN, 1_000, 7, rules);
        prober = Prober.start(options, counters, report -> {
            meanwhile.accept(report);
            add(report);
        });
    }

    static Question get(String path) {
        return new Probe.Http(Probe.Version.HTTP_1_1, "", path, new TreeSet<>());
    }

    static Question get2(String path) {
        return new Probe.Http(Probe.Version.HTTP_2, "", path, new TreeSet<>());
    }

    static EndpointAddress local(int port) {
        return new EndpointAddress("127.0.0.1", port);
    }

    static Target target(EndpointAddress endpoint, Question question) {
        return new Target(endpoint, new Probe(question, INTERVAL, INTERVAL));
    }

    /** For one that must never fail, however busy the machine is. */
    static Target patient(EndpointAddress endpoint, Question question) {
        return new Target(endpoint, new Probe(question, PATIENT, PATIENT));
    }

    Prober prober() {
        return prober;
    }

    void ask(Target... targets) {
        prober.targets(List.of(targets));
    }

    private synchronized void add(HealthReport report) {
        reports.add((ProbeReported) report);
        notifyAll();
    }

    synchronized List<ProbeReported> of(EndpointAddress endpoint) {
        return reports.stream()
                .filter(report -> report.endpoint().equals(endpoint))
                .toList();
    }

    /** Waits for it, which must not take long. */
    synchronized ProbeReported await(EndpointAddress endpoint, Predicate<ProbeReported> wanted) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (of(endpoint).stream().noneMatch(wanted)) {
            long left = (until - System.nanoTime()) / 1_000_000;
            assertTrue(left > 0, () -> "only " + of(endpoint) + ", counted " + counters.text());
            try {
                wait(left);
            } catch (InterruptedException e) {
                fail(e);
            }
        }
        return of(endpoint).stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Asks until some have failed in a row, and some for this reason. */
    void fails(Target target, Outcome.Reason reason) {
        ask(target);
        await(target.endpoint(), report -> !report.passed() && report.inARow() >= 3 && count(reason.name()) >= 3);
    }

    /** Asks until so many have passed in a row; from the first that does on none may fail. */
    void staysHealthy(Target target, int inARow) {
        ask(target);
        await(target.endpoint(), ProbeReported::passed);
        await(target.endpoint(), report -> report.passed() && report.inARow() >= inARow);
        assertTrue(
                of(target.endpoint()).stream()
                        .dropWhile(report -> !report.passed())
                        .allMatch(ProbeReported::passed),
                () -> of(target.endpoint()).toString());
    }

    void passes(Target target) {
        ask(target);
        await(target.endpoint(), report -> report.passed() && report.inARow() >= 3);
    }

    long count(String outcome) {
        return counters.get(OutcomeCounts.PROBES, "outcome", outcome);
    }

    @Override
    public void close() {
        prober.close();
    }
}
