package dev.baton.bridge.status;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.Decision.TunnelPhaseDecided;
import dev.baton.contract.Holder;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.TunnelPhase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A decision as an Event of Kubernetes, for {@code kubectl get events}.
 *
 * @param kind of the object that it happened to, EgressTunnel or EgressGateway
 * @param id of the decision; every replica gives it the same id, so that it is published once
 * @param reason for {@code --field-selector reason=}
 */
public record KubeEvent(
        String kind, String name, String id, Instant at, boolean warning, String reason, String message) {

    public static Optional<KubeEvent> of(Instant at, Decided decided) {
        String id = Long.toHexString(at.toEpochMilli()) + "-" + decided.cause() + "-" + decided.index();
        return switch (decided.decision()) {
            case TunnelPhaseDecided phase -> tunnel(at, id, phase);
            case EipAssigned assigned -> move(at, id, assigned);
            case AlertRaised alert -> alert(at, id, alert);
            case Decision.FailoverResumed resumed ->
                Optional.of(new KubeEvent(
                        "EgressGateway",
                        resumed.gateway().toString(),
                        id,
                        at,
                        false,
                        "FailoverResumed",
                        resumed.silent() + " of " + resumed.selected() + " nodes are silent"));
            default -> Optional.empty();
        };
    }

    private static Optional<KubeEvent> tunnel(Instant at, String id, TunnelPhaseDecided decided) {
        boolean bad = decided.phase() == TunnelPhase.HEARTBEAT_TIMEOUT
                || decided.phase() == TunnelPhase.FAILED
                || decided.phase() == TunnelPhase.NODE_NOT_READY
                || decided.reason() == PhaseReason.UNREACHABLE;
        return Optional.of(new KubeEvent(
                "EgressTunnel",
                decided.node().toString(),
                id,
                at,
                bad,
                decided.phase().text(),
                "phase=" + decided.phase().text() + " reason=" + decided.reason()
                        + (decided.fault() == DatapathFault.NONE ? "" : " fault=" + decided.fault())
                        + " silence=" + decided.silence().toMillis() + "ms incarnation=" + decided.incarnation()));
    }

    /** PREPARE and RELEASE are no events: an EIP has moved when another node may hold it. */
    private static Optional<KubeEvent> move(Instant at, String id, EipAssigned decided) {
        Assignment now = decided.assignment();
        boolean gone = now.step() == AssignmentStep.WAITING;
        if (now.step() != AssignmentStep.ACQUIRE && !gone) {
            return Optional.empty();
        }
        String to = now.holder().map(Holder::node).map(Object::toString).orElse("nobody");
        String from = decided.from().map(Object::toString).orElse("nobody");
        return Optional.of(new KubeEvent(
                "EgressGateway",
                now.gateway().toString(),
                id,
                at,
                gone,
                gone ? "EipUnassigned" : "EipMoved",
                "eip=" + now.eip() + " from=" + from + " to=" + to + " reason=" + now.reason() + " epoch=" + now.epoch()
                        + " cause=" + now.cause()));
    }

    private static Optional<KubeEvent> alert(Instant at, String id, AlertRaised alert) {
        List<String> subject = List.of(alert.subject().split(" ", 2));
        if (subject.size() < 2) {
            return Optional.empty();
        }
        Optional<String> kind = switch (subject.getFirst()) {
            case "gateway" -> Optional.of("EgressGateway");
            case "node" -> Optional.of("EgressTunnel");
            default -> Optional.empty(); // problems of an EIP or a policy are shown in its conditions
        };
        return kind.map(named -> new KubeEvent(
                named, subject.get(1), id, at, true, alert.code().name(), PolicyStatuses.explained(alert.code())));
    }
}
