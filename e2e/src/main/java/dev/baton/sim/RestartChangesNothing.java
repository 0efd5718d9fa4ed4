package dev.baton.sim;

/** Law 8: whoever starts again knows exactly what it knew: the fold of the log up to where it goes on. */
final class RestartChangesNothing implements Law {
    @Override
    public String name() {
        return "8 restart changes nothing";
    }

    @Override
    public void check(World world) {
        for (Acts.Act act : world.acts().recent()) {
            if (act instanceof Acts.Act.Restored(var coordinator, var liveness, var fleet)) {
                same(
                        coordinator,
                        world.ledger()
                                .liveness(liveness.offset())
                                .snapshot(liveness.offset())
                                .toString(),
                        liveness.toString());
                same(
                        coordinator,
                        world.ledger()
                                .fleet(fleet.offset())
                                .snapshot(fleet.offset())
                                .toString(),
                        fleet.toString());
            }
        }
    }

    private void same(String coordinator, String expected, String restored) {
        if (!expected.equals(restored)) {
            throw broken(coordinator + " restored\n  " + restored + "\nbut the log says\n  " + expected);
        }
    }
}
