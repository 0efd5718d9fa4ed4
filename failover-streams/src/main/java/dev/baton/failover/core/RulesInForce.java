package dev.baton.failover.core;

import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.Incarnation;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.TunnelPhase;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which rules the log is folded by. They rise by an entry only, and only once every agent that lives knows them; what
 * was decided before stays as it is.
 */
final class RulesInForce {
    private RulesInForce() {}

    static void adopted(Turn turn, RulesAdopted adopted, long origin) {
        if (Refusal.acceptOrRefuse(turn, origin, refusal(turn.state(), adopted.rules()))) {
            turn.put(adopted.rules());
        }
    }

    /** Said by the coordinator that began the log; nobody waits for an answer. */
    static void begunWith(Turn turn, RulesAdopted begun) {
        if (Standstill.is(turn.state())) {
            turn.ignore(Ignored.STANDSTILL);
        } else if (refusal(turn.state(), begun.rules()).isEmpty()) {
            turn.put(begun.rules());
        }
    }

    private static Optional<Refusal> refusal(FleetState state, Rules rules) {
        if (!rules.isAfter(state.rules())) {
            return Optional.of(new Refusal(
                    "rules",
                    RefusalReason.RULES_ONLY_RISE,
                    "version " + rules + " was asked for, and the log is at " + state.rules() + " already"));
        }
        String ignorant = state.nodes().values().stream()
                .filter(node -> !node.live().equals(TunnelPhase.HEARTBEAT_TIMEOUT))
                .filter(node -> isHeard(node) && rules.isAfter(node.reads()))
                .map(node -> node.node() + " (" + node.reads() + ")")
                .collect(Collectors.joining(", "));
        return ignorant.isEmpty()
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "rules",
                        RefusalReason.RULES_NOT_KNOWN,
                        "version " + rules + " is not known to the agents of these nodes, which know at most: "
                                + ignorant));
    }

    /** A node that is only declared has no agent yet; one that is too old will not start. */
    private static boolean isHeard(FleetNode node) {
        return !node.incarnation().equals(Incarnation.NONE);
    }
}
