package dev.baton.sim.law;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.failover.core.Views.View;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.world.Deeds;
import dev.baton.sim.world.World;
import java.util.Optional;

/** A part of law 10: no holder lets go because of an old word, such as one of a coordinator that was replaced. */
public final class OldWords implements Law {
    @Override
    public LawName name() {
        return LawName.LAST_WORD;
    }

    @Override
    public void check(World world) {
        for (Deeds.Deed deed : world.deeds().recent()) {
            if (deed instanceof Deeds.Deed.LetGo letGo) {
                check(world, letGo);
            }
        }
    }

    private void check(World world, Deeds.Deed.LetGo letGo) {
        var holder = Optional.of(new Holder(letGo.node().id(), letGo.held().incarnation()));
        world.ledger()
                .fleet()
                .eips()
                .get(letGo.eip())
                .map(FleetEip::assignment)
                .filter(known ->
                        known.step() == AssignmentStep.HELD && known.holder().equals(holder))
                .filter(known -> !isCompactedAway(world, known) && !world.isOfLogBefore(known.epoch()))
                .ifPresent(known -> {
                    throw broken(
                            letGo.node().name() + " lets go of what it held by " + letGo.held() + ", but " + known);
                });
    }

    /** While no coordinator puts the log right, compaction may leave an old word only. */
    private static boolean isCompactedAway(World world, Assignment known) {
        View last = world.logs().published(world.fleetId()).get("eip " + known.eip());
        boolean older =
                last instanceof View.OfAssignment(var eip, var shown, long cause) && !shown.equals(Optional.of(known));
        return older && world.compactsEarly();
    }
}
