package dev.baton.launcher.up;

import dev.baton.agent.Agent;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.core.FleetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What is still about to happen. Asks the agents as well as the log: right after a kill the log does not show it yet,
 * and waiting means after the kill took effect.
 */
final class Unsettled {
    private Unsettled() {}

    /** @param declared offset of the newest declaration that the fold must have reached */
    static List<String> in(FleetState state, AllInOne all, long declared) {
        var open = new ArrayList<String>();
        if (state.declarationsOrigin().map(Origin::offset).orElse(-1L) < declared) {
            open.add("what was declared last is not decided");
        }
        if (state.eips().isEmpty()) {
            open.add("no EIP is allocated");
        }
        for (FleetNode node : state.nodes().values()) {
            Optional<Agent> agent = all.agent(node.node()).filter(Unsettled::runs);
            boolean ready = node.shown() == TunnelPhase.READY
                    && agent.map(Agent::incarnation).equals(Optional.of(node.incarnation()));
            if (agent.isPresent() && !ready) {
                open.add(node.node() + " is " + node.shown().text());
            }
        }
        for (FleetEip eip : state.eips().values()) {
            Assignment now = eip.assignment();
            Predicate<Holder> lives = holder -> all.agent(holder.node()).stream()
                    .anyMatch(agent -> runs(agent) && agent.incarnation().equals(holder.incarnation()));
            Predicate<Holder> drains = holder -> isDraining(state, holder.node());
            if (now.step() != AssignmentStep.HELD
                    || now.holder().filter(lives).isEmpty()
                    || now.holder().filter(drains).isPresent()) {
                open.add(now.eip() + " is " + now.step()
                        + now.holder().map(holder -> " of " + holder).orElse(""));
            }
        }
        return open;
    }

    private static boolean isDraining(FleetState state, NodeId node) {
        return state.nodes().values().stream().anyMatch(known -> known.node().equals(node) && known.isToBeEmptied());
    }

    private static boolean runs(Agent agent) {
        return agent.isAlive() && !agent.isFrozen();
    }
}
