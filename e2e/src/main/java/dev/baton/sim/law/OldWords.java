package dev.baton.sim.law;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
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
                .ifPresent(known -> {
                    throw broken(
                            letGo.node().name() + " lets go of what it held by " + letGo.held() + ", but " + known);
                });
    }
}
