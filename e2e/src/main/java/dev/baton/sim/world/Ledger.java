package dev.baton.sim.world;

import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Outcome;
import dev.baton.sim.model.SimLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The true fold of both logs for one fleet, kept up to date with each append, with every state on the way: what every
 * coordinator's words are measured by.
 */
public final class Ledger {
    private final FoldsUnderTest cores;
    private final FleetId fleet;
    private final List<Liveness.Outcome> heard = new ArrayList<>();
    private final List<Outcome> decided = new ArrayList<>();
    private final LivenessState firstLiveness;
    private final FleetState firstFleet;

    Ledger(World world, FleetId fleet) {
        this.fleet = fleet;
        this.cores = new FoldsUnderTest(world, 0, Rules.NEWEST);
        this.firstLiveness = cores.startOfLiveness(LivenessState.start(fleet));
        this.firstFleet = FleetState.start(fleet);
        world.logs().heartbeats().watch(watcher(heard, this::heard));
        world.logs().fleet().watch(watcher(decided, this::sequenced));
    }

    private static <E, O> SimLog.Watcher<E> watcher(List<O> outcomes, Function<SimLog.Entry<E>, O> fold) {
        return new SimLog.Watcher<>() {
            @Override
            public void appended(SimLog.Entry<E> entry) {
                outcomes.add(fold.apply(entry));
            }

            @Override
            public void cut(long end) {
                outcomes.subList(Math.toIntExact(end), outcomes.size()).clear();
            }
        };
    }

    private Liveness.Outcome heard(SimLog.Entry<LivenessEvent> entry) {
        LivenessState before = liveness(entry.offset());
        return entry.isOf(fleet) && entry.isReadable()
                ? cores.liveness(before, entry.offset(), entry.at(), entry.value())
                : new Liveness.Outcome(before, List.of(), Optional.empty());
    }

    private Outcome sequenced(SimLog.Entry<Sequenced> entry) {
        FleetState before = fleet(entry.offset());
        return entry.isOf(fleet) && entry.isReadable()
                ? cores.coordination(before, entry.offset(), entry.value())
                : new Outcome(before, List.of(), Optional.empty());
    }

    /** Of the heartbeat log's entry. */
    public Liveness.Outcome heard(long offset) {
        return heard.get(Math.toIntExact(offset));
    }

    /** Of the fleet log's entry. */
    public Outcome decided(long offset) {
        return decided.get(Math.toIntExact(offset));
    }

    public long heardEnd() {
        return heard.size();
    }

    public long decidedEnd() {
        return decided.size();
    }

    /** Before it has folded the entry at {@code offset}. */
    public LivenessState liveness(long offset) {
        return offset == 0 ? firstLiveness : heard(offset - 1).state();
    }

    /** Before it has folded the entry at {@code offset}. */
    public FleetState fleet(long offset) {
        return offset == 0 ? firstFleet : decided(offset - 1).state();
    }

    public LivenessState liveness() {
        return liveness(heardEnd());
    }

    public FleetState fleet() {
        return fleet(decidedEnd());
    }
}
