package dev.baton.xds.render;

import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Route;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A destination's route, and which requests are meant by it.
 *
 * @param hosts requests to one of these
 * @param prefix of their path
 * @param version of what was assigned: the offset of its record
 */
public record Exposed(Route route, Spill spill, SortedSet<HostName> hosts, String prefix, long version) {
    public Exposed {
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("hosts of " + route.destination() + ": none; at least one is needed");
        }
        if (!prefix.startsWith("/")) {
            throw new IllegalArgumentException(
                    "prefix of " + route.destination() + ": \"" + prefix + "\" does not begin with /");
        }
    }
}
