package dev.baton.sim.law;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.Sequenced;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.core.FleetState;
import dev.baton.sim.world.SimCoordinator;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a mended world must come to: every EIP has exactly one live holder, and all who read the logs see the same. */
public final class Rest {
    private Rest() {}

    /** The first thing that is not yet as it must become; empty at rest. */
    public static Optional<String> complaint(World world) {
        FleetState state = world.ledger().fleet();
        long taken = state.declarationsOrigin().map(Sequenced.Origin::offset).orElse(-1L);
        if (taken < world.logs().declarations().lastOf(world.fleetId())) {
            return Optional.of("declarations were taken up to " + taken + " only");
        }
        if (world.coordinators().owner().filter(SimCoordinator::isRestored).isEmpty()) {
            return Optional.of("no coordinator has restored its state: no deadline passes");
        }
        for (SimNode node : world.nodes()) {
            Optional<FleetNode> known = state.nodes().get(node.id());
            boolean ready = known.filter(n -> n.live() == TunnelPhase.READY && n.declared() && !n.leaving())
                    .filter(n -> n.incarnation().equals(node.incarnation()))
                    .isPresent();
            if (!ready) {
                return Optional.of(node.id() + "#" + node.incarnation() + " runs, but is known as " + known);
            }
            if (statesLongerTimeout(world, node, state)) {
                return Optional.of(node.id() + " still states a timeout from before, and is waited for as long");
            }
            if (!node.kernel().leaseRuns()) {
                return Optional.of(node.id() + " is Ready, but its lease has lapsed: it will come back as another");
            }
        }
        for (FleetEip eip : state.eips().values()) {
            Optional<String> complaint = complaint(world, eip.assignment());
            if (complaint.isPresent()) {
                return complaint;
            }
        }
        return strayEmitter(world, state);
    }

    private static boolean statesLongerTimeout(World world, SimNode node, FleetState state) {
        Duration settled = state.settings().timings().eipEvictionTimeout();
        return world.ledger()
                .liveness()
                .nodes()
                .get(node.id())
                .filter(known -> known.evictionTimeout().compareTo(settled) > 0)
                .isPresent();
    }

    private static Optional<String> complaint(World world, Assignment assignment) {
        List<SimNode> emitters = world.emitters(assignment.eip());
        boolean rests = assignment.step() == AssignmentStep.HELD
                && emitters.size() == 1
                && assignment.allows(
                        emitters.getFirst().id(), emitters.getFirst().incarnation());
        return rests
                ? Optional.empty()
                : Optional.of(assignment + " is emitted by "
                        + emitters.stream().map(SimNode::id).toList());
    }

    private static Optional<String> strayEmitter(World world, FleetState state) {
        for (SimNode node : world.nodes()) {
            for (var eip : node.kernel().sources()) {
                if (!state.eips().contains(eip)) {
                    return Optional.of(node.id() + " still holds or translates to " + eip + ", which nobody uses");
                }
            }
        }
        return Optional.empty();
    }
}
