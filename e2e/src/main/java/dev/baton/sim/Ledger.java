package dev.baton.sim;

import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Sequenced;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * The true fold of both logs, kept up to date with each append, with every state on the way: what every coordinator's
 * words are measured by.
 */
final class Ledger {
    private final Cores cores;
    private final List<Liveness.Outcome> heard = new ArrayList<>();
    private final List<Outcome> decided = new ArrayList<>();
    private final LivenessState firstLiveness;
    private final FleetState firstFleet;

    Ledger(World world) {
        this.cores = new Cores(world.mutant(), 0);
        this.firstLiveness = cores.startOfLiveness(LivenessState.start(world.fleetId()));
        this.firstFleet = FleetState.start(world.fleetId());
        world.logs().heartbeats().watch(this::heard);
        world.logs().fleet().watch(this::sequenced);
    }

    private void heard(SimLog.Entry<LivenessEvent> entry) {
        heard.add(cores.liveness(liveness(entry.offset()), entry.offset(), entry.at(), entry.value()));
    }

    private void sequenced(SimLog.Entry<Sequenced> entry) {
        decided.add(cores.coordination(fleet(entry.offset()), entry.offset(), entry.value()));
    }

    /** Of the heartbeat log's entry. */
    Liveness.Outcome heard(long offset) {
        return heard.get(Math.toIntExact(offset));
    }

    /** Of the fleet log's entry. */
    Outcome decided(long offset) {
        return decided.get(Math.toIntExact(offset));
    }

    long heardEnd() {
        return heard.size();
    }

    long decidedEnd() {
        return decided.size();
    }

    /** Before it has folded the entry at {@code offset}. */
    LivenessState liveness(long offset) {
        return offset == 0 ? firstLiveness : heard(offset - 1).state();
    }

    /** Before it has folded the entry at {@code offset}. */
    FleetState fleet(long offset) {
        return offset == 0 ? firstFleet : decided(offset - 1).state();
    }

    LivenessState liveness() {
        return liveness(heardEnd());
    }

    FleetState fleet() {
        return fleet(decidedEnd());
    }
}
