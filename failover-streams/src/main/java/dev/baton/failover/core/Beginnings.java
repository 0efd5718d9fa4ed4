package dev.baton.failover.core;

import dev.baton.contract.Beginning;
import dev.baton.contract.EarlierLeasesOver;
import dev.baton.contract.Lineage;
import dev.baton.contract.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * A log's lineage, and the wait at its beginning. Another log may have been there before it, deleted or lost since:
 * its nodes hold EIPs of which this one knows nothing. No EIP is given to a node until each lease that the other log
 * granted has run out, and each node that obeys another lineage has let go or is silent for its timeout. See decision
 * note 0012.
 */
final class Beginnings {
    private Beginnings() {}

    /** The first entry draws the lineage; in a log of an older release, the first entry that says one. */
    static void draw(Turn turn, Optional<Lineage> drawn) {
        FleetState state = turn.state();
        if (state.lineage().isEmpty() && drawn.isPresent()) {
            turn.put(drawn.get(), state.isFresh() ? Beginning.EARLIER_LEASES_RUN : Beginning.OVER);
        }
    }

    static Duration wait(Settings settings) {
        return wait(settings.timings().eipEvictionTimeout(), settings);
    }

    /**
     * How long a lease that an earlier log granted by this timeout may run: a silent node's count, too, begins with a
     * tick that proves nothing.
     */
    static Duration wait(Duration timeout, Settings settings) {
        return timeout.plus(settings.timings().tunnelMonitorPeriod());
    }

    static void earlierLeasesOver(Turn turn, EarlierLeasesOver over) {
        boolean enough = over.counted().compareTo(wait(turn.state().settings())) >= 0;
        if (turn.state().beginning() == Beginning.EARLIER_LEASES_RUN && enough) {
            turn.put(Beginning.OTHERS_ARE_HEARD);
        }
        look(turn);
    }

    /**
     * The timeout that the fleet had before is declared after the wait for a shorter one, and no node holds anything
     * yet.
     */
    static void settingsDeclared(Turn turn, Settings before) {
        FleetState state = turn.state();
        boolean nobodyHolds = state.eips().values().stream()
                .allMatch(eip -> eip.assignment().holder().isEmpty());
        if (nobodyHolds && state.lineage().isPresent() && wait(state.settings()).compareTo(wait(before)) > 0) {
            turn.put(Beginning.EARLIER_LEASES_RUN);
        }
    }

    /** @return whether EIPs may be given to nodes from now on */
    static boolean look(Turn turn) {
        if (turn.state().beginning() != Beginning.OTHERS_ARE_HEARD
                || !turn.state().obeyingAnother().isEmpty()) {
            return false;
        }
        turn.put(Beginning.OVER);
        return true;
    }

    static boolean isOver(Turn turn) {
        return turn.state().beginning() == Beginning.OVER;
    }
}
