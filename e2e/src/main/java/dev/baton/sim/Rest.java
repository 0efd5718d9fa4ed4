package dev.baton.sim;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.Sequenced;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Views;
import dev.baton.failover.core.Views.View;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What a mended world must come to: every EIP has exactly one live holder, and all who read the logs see the same. */
final class Rest {
    private Rest() {}

    /** The first thing that is not yet as it must become; empty at rest. */
    static Optional<String> complaint(World world) {
        FleetState state = world.ledger().fleet();
        long taken = state.declarationsOrigin().map(Sequenced.Origin::offset).orElse(-1L);
        if (taken < world.logs().declarations().end() - 1) {
            return Optional.of("declarations were taken up to " + taken + " only");
        }
        SimCoordinator owner = world.coordinators().alive().getLast();
        if (!owner.isRestored()) {
            return Optional.of(owner.name() + " has not restored its state: no deadline passes");
        }
        for (SimNode node : world.nodes()) {
            Optional<FleetNode> known = state.nodes().get(node.id());
            boolean ready = known.filter(n -> n.live() == TunnelPhase.READY && n.declared() && !n.leaving())
                    .filter(n -> n.incarnation().equals(node.incarnation()))
                    .isPresent();
            if (!ready) {
                return Optional.of(node.id() + "#" + node.incarnation() + " runs, but is known as " + known);
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
        return strayEmitter(world, state).or(() -> staleView(world, state));
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
            for (var eip : node.kernel().held().keySet()) {
                if (!state.eips().contains(eip)) {
                    return Optional.of(node.id() + " still holds " + eip + ", which nobody uses");
                }
            }
        }
        return Optional.empty();
    }

    /** A zombie may have left an older value last in a compacted log; by now it must have been put right. */
    private static Optional<String> staleView(World world, FleetState state) {
        var wanted = new TreeMap<String, String>();
        for (View view : Views.all(state, 0)) {
            put(wanted, view);
        }
        var seen = new TreeMap<String, String>();
        world.logs().published().values().forEach(view -> put(seen, view));
        return wanted.equals(seen)
                ? Optional.empty()
                : Optional.of("the compacted logs end with\n  " + seen + "\nbut should with\n  " + wanted);
    }

    /** Causes are left out: a view that is published again names the offset of its publication. */
    private static void put(TreeMap<String, String> views, View view) {
        Optional<String> text = switch (view) {
            case View.OfTunnel tunnel ->
                tunnel.tunnel().map(t -> t.phase() + " #" + t.incarnation() + " " + t.ipv4() + " " + t.parent());
            case View.OfSettings settings ->
                Optional.of(settings.settings().settings().toString());
            case View.OfAssignment assignment -> assignment.assignment().map(Assignment::toString);
            case View.OfPolicy policy ->
                policy.binding().map(b -> b.eip() + " " + b.destinations() + " " + b.priority());
            case View.OfAlert alert -> Optional.empty();
        };
        String key = Logs.key(view);
        views.remove(key);
        text.ifPresent(value -> views.put(key, value));
    }
}
