package dev.baton.failover.core;

import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import java.util.Optional;
import java.util.TreeSet;

/** What becomes of what nodes say of the paths to each other: operators are told, and the phase that is shown. */
final class Paths {
    private Paths() {}

    /** Whether a node says the same as before, but for the paths that it probes and the claims that it hears. */
    static boolean onlyTheyChanged(Turn turn, FleetNode before, FleetNode heard) {
        return turn.state().rules().include(Rules.PATHS)
                && !before.parent().equals(heard.parent())
                && place(before).equals(place(heard))
                && before.live() == heard.live()
                && before.fault() == heard.fault()
                && before.incarnation().equals(heard.incarnation());
    }

    /** Where a node is, without what it says of others. */
    static Optional<ParentInterface> place(FleetNode node) {
        return node.parent().map(ParentInterface::withoutOthers);
    }

    /**
     * Tells what has changed by the words of one node.
     *
     * @param before as it was before them
     */
    static void tell(Turn turn, FleetNode observer, Reachability before) {
        if (!turn.state().rules().include(Rules.PATHS)) {
            return;
        }
        Reachability after = turn.state().reachability();
        for (NodeId target : Reachability.words(observer).keySet()) {
            if (after.isLostBySome(target) && !before.isLostBySome(target)) {
                turn.decide(new AlertRaised(AlertCode.PATH_LOST, "node " + target));
            }
        }
        var judged = new TreeSet<NodeId>(before.unreachable());
        for (NodeId node : after.unreachable()) {
            if (!judged.remove(node)) {
                turn.decide(new AlertRaised(AlertCode.NODE_UNREACHABLE, "node " + node));
                Nodes.reachabilityChanged(turn, node);
            }
        }
        judged.forEach(node -> Nodes.reachabilityChanged(turn, node));
    }
}
