package dev.baton.bridge;

import dev.baton.bridge.beside.Beside;
import dev.baton.bridge.beside.StatusManagers;
import dev.baton.bridge.gate.Hold;
import dev.baton.bridge.gate.WriteGate;
import dev.baton.bridge.report.BesideLines;
import dev.baton.bridge.report.EipRows;
import dev.baton.bridge.report.HeldCounts;
import dev.baton.bridge.report.PolicyRows;
import dev.baton.bridge.report.Report;
import dev.baton.bridge.report.TunnelRows;
import dev.baton.bridge.state.ClusterView;
import dev.baton.bridge.state.FleetView;
import dev.baton.bridge.state.PendingDeclarations;
import dev.baton.bridge.state.Subject;
import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.ObjectKey.Part;
import dev.baton.bridge.status.Urgency;
import dev.baton.bridge.watch.Loop;
import dev.baton.bridge.write.Patches;
import dev.baton.bridge.write.StatusWriter;
import dev.baton.contract.PolicyId;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keeps the report: a ConfigMap of Baton's own that says what the bridge would write, for as long as it may not write
 * it, and who else is there. Used by the loop's thread only.
 */
final class Reporter {
    /** Of the report; the rounds on which it rests are no more frequent either. */
    private static final Duration EVERY = Duration.ofSeconds(10);
    /** An unchanged one is written again, so that its time says that the bridge lives, and a deleted one comes back. */
    private static final Duration AGAIN = Duration.ofMinutes(5);

    private static final Map<String, String> LABELS =
            Map.of("app.kubernetes.io/name", "baton", "app.kubernetes.io/component", "bridge");

    private final BridgeConfig config;
    private final ClusterView view;
    private final SliceMirror slices;
    private final PendingDeclarations pledges;
    private final Beside beside;
    private final StatusWriter writer;
    private final Loop loop;

    private SortedMap<String, String> written = new TreeMap<>();
    private Optional<String> warning = Optional.empty();
    private Optional<Long> madeNanos = Optional.empty();
    private Optional<Long> writtenNanos = Optional.empty();

    Reporter(
            BridgeConfig config,
            ClusterView view,
            SliceMirror slices,
            PendingDeclarations pledges,
            Beside beside,
            StatusWriter writer,
            Loop loop) {
        this.config = config;
        this.view = view;
        this.slices = slices;
        this.pledges = pledges;
        this.beside = beside;
        this.writer = writer;
        this.loop = loop;
    }

    boolean isDue(long nowNanos) {
        return isOver(madeNanos, EVERY, nowNanos);
    }

    private static boolean isOver(Optional<Long> since, Duration pause, long nowNanos) {
        return since.filter(at -> nowNanos - at < pause.toNanos()).isEmpty();
    }

    /** The next round makes a new one: what can be said has changed. */
    void hurry() {
        madeNanos = Optional.empty();
    }

    /** Tells of it in an Event too, as soon as this replica leads. */
    void warn(String text) {
        warning = Optional.of(text);
    }

    /** @param hold why nothing is written; empty: what is decided is shown in the objects, and not repeated here */
    void go(Optional<Hold> hold, Beside.Verdict verdict, FleetView standing, Instant now, long nowNanos) {
        madeNanos = Optional.of(nowNanos);
        var report = new Report()
                .say("mode", config.mode().name().toLowerCase(Locale.ROOT))
                .say(
                        "writes",
                        hold.isPresent() ? "held" : "open",
                        "reason",
                        hold.map(Hold::name).orElse(""));
        if (hold.isPresent()) {
            report.rows("eips", EipRows.of(view.gateways.byKey(), standing))
                    .rows("policies", PolicyRows.of(view.policies.byKey(), standing, this::refused))
                    .rows("tunnels", TunnelRows.of(view.nodes.keySet(), view.tunnels.byKey(), standing))
                    .lines(
                            "writes",
                            HeldCounts.of(
                                    writer.held(), slices.seen::has, (_, wanted) -> wanted.equals(StatusWriter.GONE)));
        }
        report.lines("beside", BesideLines.of(beside, verdict, StatusManagers.others(shown())));
        write(report.text(), now, nowNanos);
        if (hold.equals(Optional.of(Hold.CONTROLLER_ALIVE))) {
            warning.ifPresent(text -> publish(text, now));
        }
    }

    private void publish(String text, Instant now) {
        writer.put(
                new ObjectKey("Event", config.namespace(), Leadership.LEASE, Part.OBJECT),
                Urgency.EVENT,
                text,
                Patches.held(
                        config.namespace(),
                        Leadership.LEASE,
                        text + "; scale it to 0, and Baton begins by itself",
                        now,
                        () -> loop.post(() -> warning = Optional.empty())));
    }

    private Optional<String> refused(PolicyId policy) {
        var subject = new Subject.OfPolicy(policy);
        return view.malformed(subject)
                .or(() ->
                        pledges.refusal(subject).map(refusal -> refusal.reason().name()));
    }

    /** The objects whose statuses somebody writes. */
    private List<HasMetadata> shown() {
        var shown = new ArrayList<HasMetadata>(view.gateways.all());
        shown.addAll(view.policies.all());
        shown.addAll(view.tunnels.all());
        shown.addAll(view.clusterInfos.all());
        return shown;
    }

    private void write(SortedMap<String, String> text, Instant now, long nowNanos) {
        if (text.equals(written) && !isOver(writtenNanos, AGAIN, nowNanos)) {
            return;
        }
        var data = new TreeMap<>(text);
        data.put("as_of", now.truncatedTo(ChronoUnit.SECONDS).toString());
        ConfigMap map = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(config.namespace())
                .withName(WriteGate.REPORT)
                .withLabels(LABELS)
                .endMetadata()
                .withData(data)
                .build();
        writer.put(
                new ObjectKey("ConfigMap", config.namespace(), WriteGate.REPORT, Part.OBJECT),
                Urgency.REPORT,
                data,
                Patches.object(
                        map,
                        () -> loop.post(() -> {
                            written = text;
                            writtenNanos = Optional.of(nowNanos);
                        })));
    }
}
