package dev.baton.failover.replay;

import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Sequenced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Explains, from the logs alone, why an EIP is where it is: each step with its cause, the evidence and the offsets. */
public final class Why {
    private Why() {}

    /** One paragraph per step, oldest first; empty if there is no decision about the address. */
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
            case Decision.EipAssigned assigned
            when assigned.assignment().eip().has(address) -> Sentences.step(assigned);
            case Decision.PolicyBound bound
            when bound.eip().has(address) ->
                "policy " + bound.policy() + " bound to " + bound.eip() + " (" + bound.reason() + ")";
            case Decision.EipFreed freed when freed.eip().has(address) -> freed.eip() + " freed";
            case Decision.NodeQuarantined out
            when out.eip().has(address) ->
                out.node() + " quarantined for " + out.eip() + " (" + Sentences.why(out) + ")";
            default -> "";
        };
        if (what.isEmpty()) {
            return Optional.empty();
        }
        LogEntry<Sequenced> cause = causes.get(decided.cause());
        String when = cause == null ? "-" : cause.at().toString();
        String because = cause == null
                ? "    because fleet@" + decided.cause() + ", which is no longer kept"
                : "    because fleet@" + decided.cause() + ": " + Sentences.cause(cause.value());
        return Optional.of(when + "  " + what + "\n" + because);
    }
}
