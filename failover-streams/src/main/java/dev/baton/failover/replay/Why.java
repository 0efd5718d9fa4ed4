package dev.baton.failover.replay;

import dev.baton.contract.Assignment;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.Candidate;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.TunnelPhaseChanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tells, from the logs alone, why an EIP is where it is: each step with its cause, the cause's evidence and offsets. */
public final class Why {
    private Why() {}

    /** One paragraph a step, oldest first; empty if no decision was ever made about the address. */
    public static List<String> of(
            IpAddress address, List<LogEntry<Sequenced>> fleetLog, List<LogEntry<Decided>> decisions) {
        var causes = new TreeMap<Long, LogEntry<Sequenced>>();
        for (LogEntry<Sequenced> entry : fleetLog) {
            causes.put(entry.offset(), entry);
        }
        var told = new ArrayList<String>();
        var names = new TreeMap<Long, Integer>();
        for (LogEntry<Decided> entry : decisions) {
            Decided decided = entry.value();
            boolean repeated = names.getOrDefault(decided.cause(), -1) >= decided.index()
                    || (!names.isEmpty() && names.lastKey() > decided.cause());
            if (!repeated) {
                names.put(decided.cause(), decided.index());
                tell(address, decided, causes).ifPresent(told::add);
            }
        }
        return told;
    }

    private static Optional<String> tell(IpAddress address, Decided decided, Map<Long, LogEntry<Sequenced>> causes) {
        String what = switch (decided.decision()) {
            case Decision.EipAssigned assigned when assigned.assignment().eip().has(address) -> step(assigned);
            case Decision.PolicyBound bound
            when bound.eip().has(address) ->
                "policy " + bound.policy() + " bound to " + bound.eip() + " (" + bound.reason() + ")";
            case Decision.EipFreed freed when freed.eip().has(address) -> freed.eip() + " freed";
            case Decision.NodeQuarantined out
            when out.eip().has(address) -> out.node() + " quarantined for " + out.eip() + " (" + out.fault() + ")";
            default -> "";
        };
        if (what.isEmpty()) {
            return Optional.empty();
        }
        LogEntry<Sequenced> cause = causes.get(decided.cause());
        String when = cause == null ? "-" : cause.at().toString();
        String because = cause == null
                ? "    because fleet@" + decided.cause() + ", which is no longer kept"
                : "    because fleet@" + decided.cause() + ": " + event(cause.value());
        return Optional.of(when + "  " + what + "\n" + because);
    }

    private static String step(Decision.EipAssigned decided) {
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
                        + decided.candidates().stream().map(Why::candidate).collect(Collectors.joining(", "));
        return now.eip() + " " + who + "  step=" + now.step() + " epoch=" + now.epoch() + " reason=" + now.reason()
                + candidates;
    }

    private static String candidate(Candidate candidate) {
        return candidate.node() + " "
                + candidate.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (load " + candidate.load()
                + ")";
    }

    private static String event(Sequenced entry) {
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
            case Tick tick -> "tick " + tick.sequence() + " of " + tick.ticker();
            case Declaration declaration -> declared(declaration);
        };
        return text + entry.origin().map(Why::origin).orElse("");
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
            case DrainRequested d -> "drain of " + d.node() + (d.drain() ? " asked for" : " ended");
            case EipMoveRequested d -> "move of " + d.address() + " to " + d.to() + " asked for";
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
