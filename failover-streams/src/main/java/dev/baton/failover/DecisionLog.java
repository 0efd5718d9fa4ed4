package dev.baton.failover;

import dev.baton.contract.Alert;
import dev.baton.contract.Assignment;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.Holder;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.UnreadableReason;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshEvent.EndpointHealthChanged;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.Ignored;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.runner.Watch;
import dev.baton.failover.topology.SideLog;
import dev.baton.metrics.Counters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line per decision, key=value, and counts. Of ignored observations each reason is logged once; of records
 * that nobody can read one in a while, which is an alert, too.
 */
final class DecisionLog implements Watch {
    private static final Logger LOG = LoggerFactory.getLogger("baton.coordinator");

    private static final String IGNORED = "baton_coordinator_observations_ignored_total";

    private final PassedOver passedOver = new PassedOver();
    private final Counters counters;
    private final WireCodec codec;
    private final SideLog alerts;

    DecisionLog(Counters counters, WireCodec codec, SideLog alerts) {
        this.counters = counters;
        this.codec = codec;
        this.alerts = alerts;
    }

    @Override
    public void sequenced(FleetId fleet, long cause, FleetEvent event) {
        if (event instanceof TunnelPhaseChanged changed) {
            LOG.info(
                    "event=phase_sequenced fleet={} node={} incarnation={} phase={} reason={} silence={}ms"
                            + " last_heartbeat=heartbeats@{} cause=heartbeats@{}",
                    fleet,
                    changed.node(),
                    changed.incarnation(),
                    changed.phase(),
                    changed.reason(),
                    changed.silence().toMillis(),
                    changed.lastHeartbeatOffset(),
                    cause);
        }
    }

    @Override
    public void decided(FleetId fleet, long cause, Outcome outcome) {
        for (Decision decision : outcome.decisions()) {
            LOG.info("{} fleet={} cause=fleet@{}", text(decision), fleet, cause);
            counters.add(
                    "baton_coordinator_decisions_total",
                    "kind",
                    decision.getClass().getSimpleName());
        }
    }

    /** A decision as key=value pairs, without fleet and cause. */
    static String text(Decision decision) {
        return switch (decision) {
            case Decision.DeclarationAccepted d -> "event=declaration_accepted origin=declarations@" + d.origin();
            case Decision.DeclarationRefused d ->
                "event=declaration_refused origin=declarations@" + d.origin() + " subject=\"" + d.subject()
                        + "\" reason=" + d.reason() + " detail=\"" + d.detail() + "\"";
            case Decision.LineRefused d ->
                "event=line_refused origin=declarations@" + d.origin() + " subject=\"" + d.subject() + "\" reason="
                        + d.reason() + " detail=\"" + d.detail() + "\"";
            case Decision.TunnelAllocated d ->
                "event=tunnel_allocated node=" + d.node() + " mac=" + d.mac() + " ipv4=" + d.ipv4() + " ipv6="
                        + d.ipv6() + " mark=" + d.mark();
            case Decision.TunnelReleased d -> "event=tunnel_released node=" + d.node();
            case Decision.TunnelPhaseDecided d ->
                "event=tunnel_phase node=" + d.node() + " incarnation=" + d.incarnation() + " phase="
                        + d.phase().text() + " reason=" + d.reason() + " fault=" + d.fault() + " silence="
                        + d.silence().toMillis() + "ms";
            case Decision.PolicyBound d ->
                "event=policy_bound policy=" + d.policy() + " gateway=" + d.gateway() + " eip=" + d.eip() + " reason="
                        + d.reason();
            case Decision.PolicyUnbound d -> "event=policy_unbound policy=" + d.policy() + " reason=" + d.reason();
            case Decision.PolicyForgotten d -> "event=policy_forgotten policy=" + d.policy();
            case Decision.EipAllocated d ->
                "event=eip_allocated eip=" + d.eip() + " gateway=" + d.gateway() + " mark=" + d.mark();
            case Decision.EipFreed d -> "event=eip_freed eip=" + d.eip() + " gateway=" + d.gateway();
            case Decision.EipAssigned d -> assigned(d);
            case Decision.NodeQuarantined d ->
                "event=node_quarantined node=" + d.node() + " eip=" + d.eip() + " fault=" + d.fault()
                        + d.owner().map(owner -> " owner=" + owner).orElse("");
            case Decision.FailoverHeld d ->
                "event=failover_held gateway=" + d.gateway() + " silent=" + d.silent() + " selected=" + d.selected();
            case Decision.FailoverResumed d ->
                "event=failover_resumed gateway=" + d.gateway() + " silent=" + d.silent() + " selected=" + d.selected();
            case Decision.AlertRaised d -> "event=alert code=" + d.code() + " subject=\"" + d.subject() + "\"";
        };
    }

    private static String assigned(Decision.EipAssigned decided) {
        Assignment now = decided.assignment();
        return "event=eip_assigned eip=" + now.eip() + " step=" + now.step() + " epoch=" + now.epoch() + " holder="
                + name(now.holder()) + " successor=" + name(now.successor()) + " from="
                + decided.from().map(Object::toString).orElse("-") + " reason=" + now.reason();
    }

    private static String name(Optional<Holder> holder) {
        return holder.map(Holder::toString).orElse("-");
    }

    @Override
    public void healthChanged(FleetId mesh, long cause, EndpointHealthChanged change) {
        LOG.info(
                "event=health_changed mesh={} endpoint={} fails_for={} cause=health@{}",
                mesh,
                change.endpoint(),
                MeshLines.text(change.verdict()),
                cause);
    }

    @Override
    public void routed(FleetId mesh, long cause, List<MeshDecision> decisions) {
        for (MeshDecision decision : decisions) {
            LOG.info("{} mesh={} cause=mesh@{}", MeshLines.text(decision), mesh, cause);
            counters.add(
                    "baton_coordinator_mesh_decisions_total",
                    "kind",
                    decision.getClass().getSimpleName());
        }
    }

    @Override
    public void ignored(FleetId fleet, String log, long offset, Ignored why) {
        counters.add(IGNORED, "reason", why.name());
        if (counters.get(IGNORED, "reason", why.name()) == 1) {
            LOG.info("event=observation_ignored fleet={} reason={} at={}@{} (told once)", fleet, why, log, offset);
        }
    }

    @Override
    public void notFolded(FleetId fleet, String log, long offset, RuntimeException bug) {
        LOG.error("event=entry_not_folded fleet={} at={}@{}", fleet, log, offset, bug);
        alerts.offer(codec.record(Logs.ALERTS, fleet, new Alert(AlertCode.RECORDS_PASSED_OVER, log, offset)));
    }

    @Override
    public void undecodable(Optional<FleetId> fleet, String log, long offset, UnreadableReason kind, String why) {
        counters.add("baton_coordinator_records_passed_over_total", "log", log, "reason", kind.name());
        passedOver.one(log, System.nanoTime()).ifPresent(count -> {
            LOG.warn(
                    "event=record_undecodable at={}@{} count={} reason={} detail=\"{}\"",
                    log,
                    offset,
                    count,
                    kind,
                    why);
            fleet.ifPresent(named -> alerts.offer(
                    codec.record(Logs.ALERTS, named, new Alert(AlertCode.RECORDS_PASSED_OVER, log, offset))));
        });
    }

    @Override
    public void restored(String task, int partition, long offset, long entries, Duration took) {
        LOG.info(
                "event=task_restored log={} partition={} offset={} refolded={} took={}ms",
                task,
                partition,
                offset,
                entries,
                took.toMillis());
    }
}
