package dev.baton.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A part of a fleet's state that is carried into a new log: {@link ImportPart} says in which order. */
public record FleetImported(ImportPart part) implements Declaration {
    /** All parts of a fleet, in the order in which they are to be declared. */
    public static List<FleetImported> partsOf(FleetSnapshot fleet) {
        var parts = new ArrayList<FleetImported>();
        Consumer<ImportPart> add = part -> parts.add(new FleetImported(part));
        add.accept(new ImportBegun(
                fleet.lineage(),
                fleet.settings(),
                fleet.clock().elapsed(),
                fleet.lastEpoch(),
                fleet.lastNodeMark(),
                fleet.lastEipMark(),
                fleet.networks(),
                fleet.rules()));
        fleet.nodes().forEach(add);
        fleet.gateways().forEach(add);
        fleet.policies().forEach(add);
        fleet.eips().forEach(add);
        add.accept(new ImportEnded(
                fleet.nodes().size(),
                fleet.gateways().size(),
                fleet.policies().size(),
                fleet.eips().size()));
        return parts;
    }
}
