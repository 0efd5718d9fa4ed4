package dev.baton.xds.render;

import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.xds.resource.Resource;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What became of a destination. */
public sealed interface Rendering {
    DestinationId destination();

    /**
     * Its clusters and their assignments, and how requests get to them.
     *
     * @param resources for each cluster an assignment of the same name
     */
    record Rendered(DestinationId destination, Calls calls, List<Resource> resources, RouteAction action)
            implements Rendering {
        public Rendered {
            resources = List.copyOf(resources);
        }
    }

    /**
     * It cannot be said in xDS. Whoever serves it keeps what was rendered before, if anything was: nobody is emptied.
     *
     * @param names endpoints that are names; an assignment takes addresses only, and nothing is resolved here
     */
    record Unrenderable(DestinationId destination, SortedSet<EndpointAddress> names) implements Rendering {
        public Unrenderable {
            names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        }
    }
}
