package dev.baton.xds.render;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Route.Endpoint;
import dev.baton.contract.mesh.Route.Share;
import dev.baton.contract.mesh.Route.Use;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Parts of shares. */
final class Shares {
    private Shares() {}

    static Share withoutDraining(Share share) {
        var kept = new TreeMap<EndpointAddress, Endpoint>(share.endpoints());
        kept.values().removeIf(endpoint -> endpoint.use() == Use.DRAINING);
        return new Share(share.member(), share.locality(), share.weight(), kept);
    }

    /** Endpoints that are names and not addresses. */
    static SortedSet<EndpointAddress> names(Collection<Share> shares) {
        var names = new TreeSet<EndpointAddress>();
        for (Share share : shares) {
            share.endpoints().keySet().stream()
                    .filter(address -> !Addresses.isLiteral(address.host()))
                    .forEach(names::add);
        }
        return names;
    }
}
