package dev.baton.sim.law;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Snapshot;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Write;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.Deeds;
import dev.baton.sim.world.World;
import java.util.Optional;

/**
 * Law 8: a process that starts again knows exactly what it knew: a coordinator the fold of the log up to where it goes
 * on, an agent what it may hold, so that it lets go of nothing that the log says it holds.
 */
public final class RestartChangesNothing implements Law {
    @Override
    public LawName name() {
        return LawName.RESTART_CHANGES_NOTHING;
    }

    @Override
    public void check(World world) {
        for (Deeds.Deed deed : world.deeds().recent()) {
            if (deed instanceof Deeds.Deed.Restored(var coordinator, var snapshot)) {
                same(coordinator, expected(world, snapshot).toString(), snapshot.toString());
            }
            if (deed instanceof Deeds.Deed.LetGo letGo
                    && !world.isOfLogBefore(letGo.held().epoch())) {
                check(world, letGo);
            }
        }
    }

    private void check(World world, Deeds.Deed.LetGo letGo) {
        boolean given = false;
        boolean told = false;
        SimLog<Write.Show> log = world.logs().assignments();
        for (long offset = 0; offset < log.end(); offset++) {
            SimLog.Entry<Write.Show> entry = log.get(offset);
            if (entry.isOf(world.fleetId())
                    && entry.record().map(Write.Show::view).orElse(null)
                            instanceof View.OfAssignment(Eip eip, Optional<Assignment> said, long cause)
                    && eip.equals(letGo.eip())) {
                given |= said.filter(one -> one.epoch().equals(letGo.held().epoch()))
                        .isPresent();
                told |= given
                        && said.filter(one -> one.allows(
                                        letGo.node().id(), letGo.held().incarnation()))
                                .isEmpty();
            }
        }
        // What is left of an incarnation whose lease ran out goes when its successor can change the kernel.
        if (given && !told && letGo.node().kernel().leaseRuns()) {
            throw broken(letGo.node().name() + " lets go of " + letGo.eip() + ", which it held by " + letGo.held()
                    + ", and was not told to");
        }
    }

    private static Snapshot expected(World world, Snapshot restored) {
        long offset = restored.offset();
        return switch (restored) {
            case LivenessSnapshot liveness ->
                world.ledger(restored.fleet()).liveness(offset).snapshot(offset);
            case FleetSnapshot fleet ->
                world.ledger(restored.fleet()).fleet(offset).snapshot(offset);
        };
    }

    private void same(String coordinator, String expected, String restored) {
        if (!expected.equals(restored)) {
            throw broken(coordinator + " restored\n  " + restored + "\nbut the log says\n  " + expected);
        }
    }
}
