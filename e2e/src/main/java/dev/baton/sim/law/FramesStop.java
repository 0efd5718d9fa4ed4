package dev.baton.sim.law;

import dev.baton.contract.Assignment;
import dev.baton.contract.Beginning;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.failover.core.FleetState;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.model.Kernel;
import dev.baton.sim.world.Deeds;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.util.Optional;

/**
 * Law 11: frames stop when they should, not only do not overlap. Whoever emits with an EIP is its holder in the log: a
 * node that answered that it let go, or whose lapse the log took for that answer, emits nothing with it any more, also
 * when nobody else has it. And a node with a lease that answers that it holds an EIP does hold it.
 */
public final class FramesStop implements Law {
    @Override
    public LawName name() {
        return LawName.FRAMES_STOP;
    }

    @Override
    public void check(World world) {
        for (Deeds.Deed deed : world.deeds().recent()) {
            if (deed instanceof Deeds.Deed.AnsweredApplied(SimNode node, Eip eip, Epoch epoch)
                    && node.kernel().leaseRuns()
                    && !node.kernel().held().containsKey(eip)) {
                throw broken(node.name() + " answers that it holds " + eip + " under " + epoch + ", and does not");
            }
        }
        for (SimNode node : world.machines()) {
            for (Eip eip : node.kernel().sources()) {
                node.emission(eip).ifPresent(authority -> check(world, node, eip, authority));
            }
        }
    }

    private void check(World world, SimNode node, Eip eip, Kernel.Held held) {
        FleetState fleet = world.ledger().fleet();
        if (fleet.lineage().isEmpty() || fleet.beginning() != Beginning.OVER) {
            return; // by the log that was there before; the log that is there now gives no EIP until then
        }
        Optional<Assignment> assignment = fleet.eips().get(eip).map(FleetEip::assignment);
        var emitter = new Holder(node.id(), held.incarnation());
        if (assignment
                .filter(known -> known.holder().equals(Optional.of(emitter)))
                .isEmpty()) {
            throw broken(node.name() + " emits with " + eip + " as " + held + ", but the log says " + assignment);
        }
    }
}
