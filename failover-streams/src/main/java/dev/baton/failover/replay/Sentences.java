package dev.baton.failover.replay;

import dev.baton.contract.Assignment;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.Candidate;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.EarlierLeasesOver;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.TunnelAdopted;
import dev.baton.contract.TunnelPhaseChanged;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Entries of the fleet log and decisions as sentences for people: short ones for a person who watches, longer ones with
 * the evidence for {@link Why} and for the stories of the tests.
 */
public final class Sentences {
    private Sentences() {}

    public static String of(Decision decision) {
        return switch (decision) {
            case Decision.DeclarationAccepted d -> "declaration " + d.origin() + " accepted";
            case Decision.DeclarationRefused d -> "refused " + d.subject() + ": " + d.reason() + ": " + d.detail();
            case Decision.LineRefused d -> "refused " + d.subject() + ": " + d.reason() + ": " + d.detail();
            case Decision.TunnelAllocated d ->
                d.node() + " gets tunnel " + d.ipv4() + " " + d.ipv6() + " mark " + d.mark();
            case Decision.TunnelReleased d -> d.node() + " gives its tunnel back";
            case Decision.TunnelPhaseDecided d ->
                d.node() + "#" + d.incarnation() + " is " + d.phase().text() + " (" + d.reason()
                        + (d.silence().isZero()
                                ? ""
                                : ", silent for " + d.silence().toMillis() + "ms of log time")
                        + ")";
            case Decision.PolicyBound d -> "policy " + d.policy() + " uses " + d.eip() + " (" + d.reason() + ")";
            case Decision.PolicyUnbound d -> "policy " + d.policy() + " has no EIP (" + d.reason() + ")";
            case Decision.PolicyForgotten d -> "policy " + d.policy() + " is gone";
            case Decision.EipAllocated d -> d.eip() + " allocated, mark " + d.mark();
            case Decision.EipFreed d -> d.eip() + " is free";
            case Decision.EipAssigned d -> assigned(d);
            case Decision.NodeQuarantined d -> d.node() + " is out for " + d.eip() + " (" + why(d) + ")";
            case Decision.FailoverHeld d ->
                "moves of " + d.gateway() + " wait: " + d.silent() + " of " + d.selected() + " nodes silent";
            case Decision.FailoverResumed d -> "moves of " + d.gateway() + " go on";
            case Decision.AlertRaised d -> "ALERT " + d.code() + " " + d.subject();
        };
    }

    /** What failed on the node. */
    static String why(Decision.NodeQuarantined out) {
        return out.fault() + out.owner().map(owner -> " by " + owner).orElse("");
    }

    private static String assigned(Decision.EipAssigned decided) {
        Assignment now = decided.assignment();
        String what = switch (now.step()) {
            case WAITING -> "waits: no eligible node";
            case PREPARE -> "is prepared on " + name(now.successor());
            case RELEASE -> "is released by " + name(now.holder());
            case ACQUIRE -> "goes to " + name(now.holder());
            case HELD -> "is held by " + name(now.holder());
        };
        return now.eip() + " " + what + " (" + now.reason() + ", epoch " + now.epoch() + ")";
    }

    private static String name(Optional<Holder> holder) {
        return holder.map(Holder::toString).orElse("-");
    }

    /** A step of an assignment, with what placement said of each node. */
    public static String step(Decision.EipAssigned decided) {
        Assignment now = decided.assignment();
        String who = switch (now.step()) {
            case WAITING -> "has no holder";
            case PREPARE ->
                "stays on " + now.holder().orElseThrow() + " while "
                        + now.successor().orElseThrow() + " prepares";
            case RELEASE ->
                "is released by " + now.holder().orElseThrow()
                        + now.successor().map(next -> " for " + next).orElse("");
            case ACQUIRE ->
                "goes to " + now.holder().orElseThrow()
                        + decided.from().map(from -> " from " + from).orElse("");
            case HELD -> "is held by " + now.holder().orElseThrow();
        };
        String candidates = decided.candidates().isEmpty()
                ? ""
                : "\n    candidates: "
                        + decided.candidates().stream()
                                .map(Sentences::candidate)
                                .collect(Collectors.joining(", "));
        return now.eip() + " " + who + "  step=" + now.step() + " epoch=" + now.epoch() + " reason=" + now.reason()
                + candidates;
    }

    private static String candidate(Candidate candidate) {
        return candidate.node() + " "
                + candidate.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (load " + candidate.load()
                + ")";
    }

    /** An entry of the fleet log, with where it came from. */
    public static String cause(Sequenced entry) {
        FleetEvent event = entry.event();
        String text = switch (event) {
            case TunnelPhaseChanged changed ->
                changed.node() + "#" + changed.incarnation() + " became "
                        + changed.phase().text() + " ("
                        + changed.reason() + silence(changed) + "), last heartbeat heartbeats@"
                        + changed.lastHeartbeatOffset();
            case DatapathAcknowledged ack ->
                ack.node() + "#" + ack.incarnation() + " answered " + ack.outcome() + " to epoch " + ack.epoch()
                        + " after " + ack.took().toMillis() + "ms"
                        + (ack.fault() == DatapathFault.NONE ? "" : " (" + ack.fault() + ")");
            case NodeLeaving leaving -> leaving.node() + "#" + leaving.incarnation() + " said that it leaves";
            case EarlierLeasesOver over ->
                "no lease of an earlier log runs any more, after "
                        + over.counted().toMillis() + "ms of counted ticks";
            case Tick tick -> "tick " + tick.sequence() + " of " + tick.ticker();
            case Declaration declaration -> declared(declaration);
        };
        return text + entry.origin().map(Sentences::origin).orElse("");
    }

    private static String declared(Declaration declaration) {
        return switch (declaration) {
            case GatewayDeclared d -> "gateway " + d.gateway() + " declared";
            case GatewayRemoved d -> "gateway " + d.gateway() + " removed";
            case PolicyDeclared d ->
                "policy " + d.policy() + " declared"
                        + d.gateway().map(gateway -> " for gateway " + gateway).orElse("");
            case PolicyRemoved d -> "policy " + d.policy() + " removed";
            case NodeDeclared d ->
                "node " + d.node() + " declared" + (d.ready() ? "" : ", not ready for Kubernetes") + ", labels "
                        + d.labels();
            case NodeRemoved d -> "node " + d.node() + " removed";
            case SettingsDeclared d -> "settings declared";
            case RulesAdopted d -> "rules version " + d.rules() + " adopted";
            case ClusterNetworksDeclared d -> "networks of the cluster declared";
            case DrainRequested d -> "drain of " + d.node() + (d.drain() ? " asked for" : " ended");
            case EipMoveRequested d -> "move of " + d.address() + " to " + d.to() + " asked for";
            case EipsAdopted d -> d.eips().size() + " EIPs of gateway " + d.gateway() + " adopted from EgressGateway";
            case TunnelAdopted d -> "tunnel of " + d.node() + " adopted from EgressGateway";
            case FleetSealed d -> "fleet " + (d.sealed() ? "sealed" : "opened again");
            case FleetImported d ->
                "part of another log's fleet imported: " + d.part().getClass().getSimpleName();
            case RebalanceRequested d -> "rebalance of gateway " + d.gateway() + " asked for";
        };
    }

    private static String silence(TunnelPhaseChanged changed) {
        return changed.silence().isZero()
                ? ""
                : ", silent for " + changed.silence().toMillis() + "ms of counted ticks";
    }

    private static String origin(Origin origin) {
        return " [from " + origin.source().name().toLowerCase(Locale.ROOT) + "@" + origin.offset() + "]";
    }
}
