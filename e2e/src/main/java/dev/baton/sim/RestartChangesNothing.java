package dev.baton.sim;

import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Snapshot;

/** Law 8: whoever starts again knows exactly what it knew: the fold of the log up to where it goes on. */
final class RestartChangesNothing implements Law {
    @Override
    public LawName name() {
        return LawName.RESTART_CHANGES_NOTHING;
    }

    @Override
    public void check(World world) {
        for (Acts.Act act : world.acts().recent()) {
            if (act instanceof Acts.Act.Restored(var coordinator, var snapshot)) {
                same(coordinator, expected(world, snapshot).toString(), snapshot.toString());
            }
        }
    }

    private static Snapshot expected(World world, Snapshot restored) {
        long offset = restored.offset();
        return switch (restored) {
            case LivenessSnapshot liveness -> world.ledger().liveness(offset).snapshot(offset);
            case FleetSnapshot fleet -> world.ledger().fleet(offset).snapshot(offset);
        };
    }

    private void same(String coordinator, String expected, String restored) {
        if (!expected.equals(restored)) {
            throw broken(coordinator + " restored\n  " + restored + "\nbut the log says\n  " + expected);
        }
    }
}
