package dev.baton.sim.law;

import dev.baton.contract.Decided;
import dev.baton.contract.Excerpt;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Snapshot;
import dev.baton.failover.core.Excerpts;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.runner.Write.TakeSnapshot;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.Deeds;
import dev.baton.sim.world.FoldsUnderTest;
import dev.baton.sim.world.Ledger;
import dev.baton.sim.world.World;
import java.util.List;
import java.util.Optional;

/**
 * Law 1: same state and same event give the same decisions in the same order. Whoever says something about a cause, now
 * or after any restart, says what the fold of the log says, letter by letter; and a replay from any snapshot agrees.
 */
public final class ReplayEquality implements Law {
    private long fleetSeen;
    private long decisionsSeen;

    @Override
    public LawName name() {
        return LawName.REPLAY_EQUALITY;
    }

    @Override
    public void logsBeganAnew() {
        fleetSeen = 0;
        decisionsSeen = 0;
    }

    @Override
    public void check(World world) {
        for (; fleetSeen < world.logs().fleet().end(); fleetSeen++) {
            Optional<Sequenced> record = world.logs().fleet().get(fleetSeen).record();
            if (record.isEmpty()) {
                continue;
            }
            Sequenced entry = record.get();
            entry.origin()
                    .filter(origin -> origin.source() == Source.HEARTBEATS)
                    .ifPresent(origin -> same(
                            "event " + origin,
                            heard(world.ledger(entry.fleet()), origin),
                            entry.event().toString()));
        }
        for (Deeds.Deed deed : world.deeds().recent()) {
            if (deed instanceof Deeds.Deed.Kept(var excerpt)) {
                check(world, excerpt);
            }
        }
        for (; decisionsSeen < world.logs().decisions().end(); decisionsSeen++) {
            Optional<Decided> record =
                    world.logs().decisions().get(decisionsSeen).record();
            if (record.isEmpty()) {
                continue;
            }
            Decided decided = record.get();
            same(
                    "decision " + decided.cause() + "/" + decided.index(),
                    decided(world.ledger(decided.fleet()), decided),
                    decided.decision().toString());
        }
    }

    /** What is kept of heartbeats must tell, when they are gone, what they told. */
    private void check(World world, Excerpt excerpt) {
        Ledger ledger = world.ledger(excerpt.fleet());
        long offset = excerpt.entry().offset();
        if (offset < ledger.heardEnd()) {
            same(
                    "an excerpt of entry " + offset,
                    Excerpts.changes(ledger.heard(offset)).toString(),
                    Excerpts.changes(excerpt).toString());
        }
    }

    private static String heard(Ledger ledger, Sequenced.Origin origin) {
        return origin.offset() < ledger.heardEnd()
                ? at(ledger.heard(origin.offset()).events(), origin.index())
                : "nothing";
    }

    private static String decided(Ledger ledger, Decided decided) {
        return decided.cause() < ledger.decidedEnd()
                ? at(ledger.decided(decided.cause()).decisions(), decided.index())
                : "nothing";
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
        SimLog<TakeSnapshot> snapshots = world.logs().snapshots();
        if (snapshots.end() > 0) {
            snapshots
                    .get(world.random().nextInt((int) snapshots.end()))
                    .record()
                    .ifPresent(taken -> replay(world, taken.snapshot()));
        }
    }

    private void replay(World world, Snapshot from) {
        switch (from) {
            case LivenessSnapshot liveness -> replayLiveness(world, LivenessState.of(liveness), liveness.offset());
            case FleetSnapshot fleet -> replayFleet(world, FleetState.of(fleet), fleet.offset());
        }
    }

    private void replayLiveness(World world, LivenessState from, long offset) {
        var cores = new FoldsUnderTest(world, 1, Rules.NEWEST);
        LivenessState state = from;
        Ledger ledger = world.ledger(from.fleet());
        for (long at = offset; at < world.logs().heartbeats().end(); at++) {
            SimLog.Entry<LivenessEvent> entry = world.logs().heartbeats().get(at);
            if (entry.isOf(from.fleet()) && entry.isReadable()) {
                var outcome = cores.liveness(state, at, entry.at(), entry.value());
                same(at, ledger.heard(at).events(), outcome.events());
                state = outcome.state();
            }
        }
        same("state replayed from " + offset, ledger.liveness().toString(), state.toString());
    }

    private void replayFleet(World world, FleetState from, long offset) {
        var cores = new FoldsUnderTest(world, 1, Rules.NEWEST);
        FleetState state = from;
        Ledger ledger = world.ledger(from.fleet());
        for (long at = offset; at < world.logs().fleet().end(); at++) {
            SimLog.Entry<Sequenced> entry = world.logs().fleet().get(at);
            if (entry.isOf(from.fleet()) && entry.isReadable()) {
                var outcome = cores.coordination(state, at, entry.value());
                same(at, ledger.decided(at).decisions(), outcome.decisions());
                state = outcome.state();
            }
        }
        same("fleet replayed from " + offset, ledger.fleet().toString(), state.toString());
    }

    private void same(long offset, List<?> recorded, List<?> replayed) {
        if (!recorded.isEmpty() || !replayed.isEmpty()) {
            same("replay of entry " + offset, recorded.toString(), replayed.toString());
        }
    }
}
