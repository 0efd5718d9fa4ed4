package dev.baton.datapath.linux.nft;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.core.DesiredState.Role;
import dev.baton.datapath.linux.conntrack.TrackedConnection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * Marks connections that began by EgressGateway's rules as those of {@link TrafficTable} would have: so they go on.
 * Of a pod here whose EIP is elsewhere, EgressGateway leaves no trace in the connection: it is one if the policy covers
 * it and nothing here has translated it.
 */
public final class FoundConnections {
    private final DesiredState desired;
    private final SortedMap<IpAddress, List<PolicyId>> ofPods;

    public FoundConnections(DesiredState desired) {
        this.desired = desired;
        this.ofPods = desired.policiesOfPods();
    }

    /** Empty: it began by other rules, or no policy covers it. */
    public OptionalInt markOf(TrackedConnection connection) {
        Optional<PolicyMatch> policy = covering(connection.source(), connection.destination());
        Optional<Eip> eip = policy.flatMap(PolicyMatch::eip);
        Optional<EipRoute> route = eip.map(desired.eips()::get);
        if (policy.isEmpty() || route.isEmpty()) {
            return OptionalInt.empty();
        }
        boolean own = policy.get().localSources().contains(connection.source());
        boolean ours = connection
                .translated()
                .map(eip.get().addresses()::contains)
                .orElse(own && route.get().role() instanceof Role.Forward);
        // As long as EgressGateway's rules stand, answers are routed by this mark. That of an own pod's connection may
        // be the mark of a node's tunnel as well, and its answers would go there. The next packet says which node it
        // is.
        return ours
                ? OptionalInt.of(TrafficTable.connectionsOf(route.get().mark()).mark() | TrafficTable.UNKNOWN_NODE)
                : OptionalInt.empty();
    }

    private Optional<PolicyMatch> covering(IpAddress source, IpAddress destination) {
        return ofPods.getOrDefault(source, List.of()).stream()
                .flatMap(id -> Optional.ofNullable(desired.policies().get(id)).stream())
                .filter(match -> match.eip().isEmpty() || carries(match.eip().get(), destination))
                .filter(match -> goesTo(match, destination))
                .findFirst();
    }

    private static boolean carries(Eip eip, IpAddress destination) {
        return eip.isNodeAddress()
                || eip.addresses().stream().anyMatch(address -> address.family() == destination.family());
    }

    /** As the rules of {@link PolicyTable} compare it. */
    private boolean goesTo(PolicyMatch match, IpAddress destination) {
        boolean inside = desired.clusterCidrs().stream().anyMatch(cidr -> cidr.contains(destination));
        if (match.destinations().isEmpty()) {
            return !inside;
        }
        return match.destinations().stream()
                .filter(cidr -> cidr.family() == destination.family() && cidr.contains(destination))
                .anyMatch(cidr -> !inside || isInside(cidr));
    }

    private boolean isInside(Cidr cidr) {
        return desired.clusterCidrs().stream().anyMatch(of -> of.contains(cidr));
    }
}
