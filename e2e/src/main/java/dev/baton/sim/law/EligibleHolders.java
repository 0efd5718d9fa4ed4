package dev.baton.sim.law;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Beginning;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.Quarantine;
import dev.baton.contract.Holder;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.core.FleetState;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.world.World;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Law 4: an EIP is given only to an eligible node, at last to one that is to be emptied. That none stays without a live
 * holder for longer than the bound, once the world is mended, is what {@link Rest} looks at.
 */
public final class EligibleHolders implements Law {
    private long seen;

    @Override
    public LawName name() {
        return LawName.ELIGIBLE_HOLDERS;
    }

    @Override
    public void logsBeganAnew() {
        seen = 0;
    }

    @Override
    public void check(World world) {
        for (; seen < world.ledger().decidedEnd(); seen++) {
            var outcome = world.ledger().decided(seen);
            if (outcome.state().beginning() == Beginning.IMPORTING) {
                continue; // decided in another log
            }
            for (Decision decision : outcome.decisions()) {
                if (decision instanceof EipAssigned assigned) {
                    given(assigned.assignment()).ifPresent(to -> check(outcome.state(), assigned.assignment(), to));
                }
            }
        }
    }

    /** Who newly may, or is meant to, hold the EIP by this step. */
    private static Optional<Holder> given(Assignment assignment) {
        return switch (assignment.step()) {
            case PREPARE -> assignment.successor();
            case ACQUIRE -> assignment.holder();
            case RELEASE, HELD, WAITING -> Optional.empty();
        };
    }

    private void check(FleetState state, Assignment assignment, Holder to) {
        FleetNode node = state.nodes().get(to.node()).orElseThrow(() -> broken(to + " is not known: " + assignment));
        boolean may = node.incarnation().equals(to.incarnation()) && couldHold(state, assignment, node);
        if (!may) {
            throw broken(assignment.step() + " of " + assignment.eip() + " goes to " + node);
        }
        Set<NodeId> unreachable = Unreachable.of(state);
        if (node.isToBeEmptied() || unreachable.contains(node.node())) {
            checkAtLast(state, assignment, node, unreachable);
        }
        if (assignment.step() == AssignmentStep.PREPARE
                && assignment.reason() == MoveReason.HOLDER_UNREACHABLE
                && assignment
                        .holder()
                        .filter(from -> unreachable.contains(from.node()))
                        .isEmpty()) {
            throw broken("most nodes reach the holder: " + assignment);
        }
        if (assignment.step() == AssignmentStep.PREPARE && assignment.holder().isEmpty()) {
            throw broken("prepared without a holder: " + assignment);
        }
    }

    private static boolean couldHold(FleetState state, Assignment assignment, FleetNode node) {
        return isSelected(state, assignment, node)
                && node.live() == TunnelPhase.READY
                && !state.rules().isAfter(node.reads())
                && node.kubernetesReady()
                && !node.leaving()
                && node.tunnel().isPresent()
                && !isAwayFrom(state, assignment.eip(), node)
                && !recordsOnly(state, assignment, node);
    }

    /** Whether nobody would answer for the EIP there, and somebody would elsewhere in its gateway. */
    private static boolean recordsOnly(FleetState state, Assignment assignment, FleetNode node) {
        return state.rules().include(Rules.MODES)
                && node.records()
                && state.nodes().values().stream()
                        .filter(other -> isSelected(state, assignment, other))
                        .anyMatch(FleetNode::acts);
    }

    private static boolean isSelected(FleetState state, Assignment assignment, FleetNode node) {
        return node.declared()
                && state.gateways()
                        .get(assignment.gateway())
                        .filter(gateway -> gateway.spec().nodeSelector().matches(node.labels()))
                        .isPresent();
    }

    /** Whether the EIP is in a network that another node said it is in, and this one said that it is not. */
    private static boolean isAwayFrom(FleetState state, Eip eip, FleetNode node) {
        if (!state.rules().include(Rules.SEGMENTS) || node.networks().isEmpty()) {
            return false;
        }
        return eip.addresses().stream()
                .filter(address -> !node.isIn(address))
                .anyMatch(address -> state.nodes().values().stream().anyMatch(other -> other.isIn(address)));
    }

    /**
     * A node that is to be emptied, or that most others cannot reach, gets an EIP that nobody holds, and only if nobody
     * else could hold it.
     */
    private void checkAtLast(FleetState state, Assignment assignment, FleetNode node, Set<NodeId> unreachable) {
        if (assignment.step() == AssignmentStep.PREPARE) {
            throw broken(assignment.eip() + " is to move to " + node + ", which is to be emptied or unreachable");
        }
        List<NodeId> quarantined = state.eips().get(assignment.eip()).stream()
                .flatMap(eip -> eip.quarantined().stream())
                .filter(quarantine -> quarantine.lastsAt(state.clock().elapsed()))
                .map(Quarantine::node)
                .toList();
        for (FleetNode other : state.nodes().values()) {
            boolean good = !other.isToBeEmptied() && !unreachable.contains(other.node());
            if (good && couldHold(state, assignment, other) && !quarantined.contains(other.node())) {
                throw broken(assignment.eip() + " goes to " + node + " at last, instead of to " + other);
            }
        }
    }
}
