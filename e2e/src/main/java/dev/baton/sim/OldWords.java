package dev.baton.sim;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import java.util.Optional;

/**
 * A part of law 10 that today's code breaks in about one run of a hundred: no holder lets go because of an old word. A
 * removal has no epoch, so a reader cannot tell that a coordinator that was replaced said it. Looked at only in runs
 * about that.
 */
final class OldWords implements Law {
    @Override
    public LawName name() {
        return LawName.LAST_WORD;
    }

    @Override
    public void check(World world) {
        for (Acts.Act act : world.acts().recent()) {
            if (act instanceof Acts.Act.LetGo letGo) {
                check(world, letGo);
            }
        }
    }

    private void check(World world, Acts.Act.LetGo letGo) {
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
