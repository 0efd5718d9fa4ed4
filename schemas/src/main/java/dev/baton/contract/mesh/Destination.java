package dev.baton.contract.mesh;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What clients call.
 *
 * @param host by which its members are found; empty: they are named
 * @param probe how its endpoints are asked; empty: nobody asks them
 * @param attachedTo where policies for it may be attached, besides its own name
 */
public record Destination(
        DestinationId id,
        Optional<HostName> host,
        Mode mode,
        Optional<Probe> probe,
        Calls calls,
        SortedSet<PolicyTarget> attachedTo) {
    public Destination {
        attachedTo = Collections.unmodifiableSortedSet(new TreeSet<>(attachedTo));
    }

    /** The same, asked otherwise. */
    public Destination withProbe(Optional<Probe> changed) {
        return new Destination(id, host, mode, changed, calls, attachedTo);
    }
}
