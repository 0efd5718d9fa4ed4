package dev.baton.failover.runner;

import dev.baton.contract.Declaration;
import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import java.util.Optional;

/** Puts declarations into the fleet log, in the order in which they came. Whether they are taken, the fold decides. */
public final class Intake {
    private Intake() {}

    /** @param drawn for this entry */
    public static Write.ToFleet take(FleetId fleet, long offset, Declaration declaration, Lineage drawn) {
        var origin = new Origin(Source.DECLARATIONS, offset, 0);
        return new Write.ToFleet(new Sequenced(fleet, Optional.of(origin), declaration, Optional.of(drawn)));
    }
}
