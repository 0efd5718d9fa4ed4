package dev.baton.contract.mesh;

import java.util.Optional;

/**
 * What clients call.
 *
 * @param host by which its members are found; empty: they are named
 * @param probe how its endpoints are asked; empty: nobody asks them
 */
public record Destination(DestinationId id, Optional<HostName> host, Mode mode, Optional<Probe> probe) {}
