package dev.baton.launcher.cli;

import dev.baton.bridge.manifest.Statuses.Refused;
import dev.baton.contract.TunnelAdopted;
import java.util.List;
import java.util.SequencedMap;

/** A tunnel may have what another one gives away: it is declared again for as long as that helps. */
final class TunnelRounds {
    private TunnelRounds() {}

    /** Declares tunnels, to the log or to a preview. */
    @FunctionalInterface
    interface Round {
        /** @return those that were refused, and why */
        SequencedMap<TunnelAdopted, Refused> declare(List<TunnelAdopted> tunnels) throws InterruptedException;
    }

    /** @return what was refused at last */
    static List<Refused> run(List<TunnelAdopted> tunnels, Round round) throws InterruptedException {
        List<TunnelAdopted> left = tunnels;
        while (!left.isEmpty()) {
            SequencedMap<TunnelAdopted, Refused> refused = round.declare(left);
            if (refused.size() == left.size()) {
                return List.copyOf(refused.values());
            }
            left = List.copyOf(refused.keySet());
        }
        return List.of();
    }
}
