package dev.baton.sim;

import dev.baton.contract.Decided;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Snapshot;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.LivenessState;
import java.util.List;

/**
 * Law 1: same state and same event give the same decisions in the same order. Whoever says something about a cause, now
 * or after any restart, says what the fold of the log says, letter by letter; and a replay from any snapshot agrees.
 */
final class ReplayEquality implements Law {
    private long fleetSeen;
    private long decisionsSeen;

    @Override
    public LawName name() {
        return LawName.REPLAY_EQUALITY;
    }

    @Override
    public void check(World world) {
        for (; fleetSeen < world.logs().fleet().end(); fleetSeen++) {
            Sequenced entry = world.logs().fleet().get(fleetSeen).value();
            entry.origin()
                    .filter(origin -> origin.source() == Source.HEARTBEATS)
                    .ifPresent(origin -> same(
                            "event " + origin,
                            at(world.ledger().heard(origin.offset()).events(), origin.index()),
                            entry.event().toString()));
        }
        for (; decisionsSeen < world.logs().decisions().end(); decisionsSeen++) {
            Decided decided = world.logs().decisions().get(decisionsSeen).value();
            same(
                    "decision " + decided.cause() + "/" + decided.index(),
                    at(world.ledger().decided(decided.cause()).decisions(), decided.index()),
                    decided.decision().toString());
        }
    }

    private static String at(List<?> list, int index) {
        return index < list.size() ? list.get(index).toString() : "nothing";
    }

    private void same(String what, String expected, String said) {
        if (!expected.equals(said)) {
            throw broken(what + " was said as\n  " + said + "\nbut the fold of the log says\n  " + expected);
        }
    }

    /** The whole log again, and once more from a snapshot in the middle. */
    @Override
    public void validate(World world) {
        replayLiveness(world, world.ledger().liveness(0), 0);
        replayFleet(world, world.ledger().fleet(0), 0);
        SimLog<Snapshot> snapshots = world.logs().snapshots();
        if (snapshots.end() > 0) {
            switch (snapshots.get(world.random().nextInt((int) snapshots.end())).value()) {
                case LivenessSnapshot liveness -> replayLiveness(world, LivenessState.of(liveness), liveness.offset());
                case FleetSnapshot fleet -> replayFleet(world, FleetState.of(fleet), fleet.offset());
            }
        }
    }

    private void replayLiveness(World world, LivenessState from, long offset) {
        var cores = new Cores(world.mutant(), 1);
        LivenessState state = from;
        for (long at = offset; at < world.logs().heartbeats().end(); at++) {
            SimLog.Entry<LivenessEvent> entry = world.logs().heartbeats().get(at);
            var outcome = cores.liveness(state, at, entry.at(), entry.value());
            var recorded = world.ledger().heard(at).events();
            if (!recorded.isEmpty() || !outcome.events().isEmpty()) {
                same(
                        "replay from " + offset + " of heartbeat " + at,
                        recorded.toString(),
                        outcome.events().toString());
            }
            state = outcome.state();
        }
        same("state replayed from " + offset, world.ledger().liveness().toString(), state.toString());
    }

    private void replayFleet(World world, FleetState from, long offset) {
        var cores = new Cores(world.mutant(), 1);
        FleetState state = from;
        for (long at = offset; at < world.logs().fleet().end(); at++) {
            var outcome =
                    cores.coordination(state, at, world.logs().fleet().get(at).value());
            var recorded = world.ledger().decided(at).decisions();
            if (!recorded.isEmpty() || !outcome.decisions().isEmpty()) {
                same(
                        "replay from " + offset + " of fleet entry " + at,
                        recorded.toString(),
                        outcome.decisions().toString());
            }
            state = outcome.state();
        }
        same("fleet replayed from " + offset, world.ledger().fleet().toString(), state.toString());
    }
}
