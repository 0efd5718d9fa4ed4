package dev.baton.launcher.cli;

import dev.baton.bridge.manifest.Statuses.Refused;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Decision.LineRefused;
import dev.baton.contract.Declaration;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.TunnelAdopted;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What the fold would make of declarations, from a state of the fleet on: the coordinator's own fold, and no log. */
final class AdoptionPreview {
    private FleetState state;
    private long origin;

    AdoptionPreview(FleetState state) {
        this.state = state;
        this.origin = state.declarationsOrigin().map(Origin::offset).orElse(-1L);
    }

    /** @return why it is refused, or lines of it are */
    List<Refused> declare(Declaration declaration) {
        origin++;
        var entry = new Sequenced(state.fleet(), Optional.of(new Origin(Source.DECLARATIONS, origin, 0)), declaration);
        Outcome outcome = Coordination.step(state, origin, entry);
        state = outcome.state();
        return refused(outcome.decisions());
    }

    /** @return the tunnels that are refused, and why */
    SequencedMap<TunnelAdopted, Refused> declareAll(List<TunnelAdopted> tunnels) {
        var refused = new LinkedHashMap<TunnelAdopted, Refused>();
        tunnels.forEach(tunnel -> declare(tunnel).forEach(why -> refused.put(tunnel, why)));
        return refused;
    }

    FleetState state() {
        return state;
    }

    static List<Refused> refused(List<Decision> decisions) {
        var refused = new ArrayList<Refused>();
        for (Decision decision : decisions) {
            if (decision instanceof DeclarationRefused all) {
                refused.add(new Refused(all.subject(), all.reason(), all.detail()));
            } else if (decision instanceof LineRefused line) {
                refused.add(new Refused(line.subject(), line.reason(), line.detail()));
            }
        }
        return refused;
    }
}
