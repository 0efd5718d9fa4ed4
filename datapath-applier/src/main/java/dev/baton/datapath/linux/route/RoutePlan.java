package dev.baton.datapath.linux.route;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.Tunnel;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.Role;
import dev.baton.datapath.linux.route.Route.Kind;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules and routes that a desired state needs. Each peer has a routing table with the route to it. Each EIP has one
 * table for the packets of this node's pods and one for packets that arrive through the tunnel. The latter is a
 * blackhole unless this node holds the EIP or relays for it: otherwise two nodes would send packets back and forth
 * between release and acquisition.
 */
public final class RoutePlan {
    /** Priority of the rules that lead to a node by its mark: EgressGateway's. */
    static final int PEERS = 99;

    private RoutePlan() {}

    public static SortedSet<Rule> rules(DesiredState desired) {
        var rules = new TreeSet<Rule>();
        desired.peers()
                .values()
                .forEach(peer -> rules.add(
                        new Rule(PEERS, peer.mark().value(), false, peer.mark().table())));
        desired.eips().values().forEach(eip -> rules.addAll(rules(eip.mark())));
        return rules;
    }

    private static SortedSet<Rule> rules(Mark eip) {
        var rules = new TreeSet<Rule>();
        rules.add(new Rule(98, eip.value(), false, eip.table()));
        rules.add(new Rule(97, eip.value(), true, eip.tunnelArrivalsTable()));
        return rules;
    }

    public static SortedSet<Route> peerRoutes(DesiredState desired) {
        var routes = new TreeSet<Route>();
        for (Tunnel peer : desired.peers().values()) {
            routes.add(new Route(IpFamily.V4, peer.mark().table(), Kind.VIA, Optional.of(peer.ipv4())));
            routes.add(new Route(IpFamily.V6, peer.mark().table(), Kind.VIA, Optional.of(peer.ipv6())));
        }
        return routes;
    }

    public static SortedSet<Route> routes(EipRoute eip, SortedMap<NodeId, Tunnel> peers) {
        int own = eip.mark().table();
        int arrivals = eip.mark().tunnelArrivalsTable();
        var routes = new TreeSet<Route>();
        for (IpFamily family : IpFamily.values()) {
            routes.add(new Route(family, own, Kind.BLACKHOLE, Optional.empty()));
            routes.add(new Route(family, arrivals, Kind.BLACKHOLE, Optional.empty()));
            switch (eip.role()) {
                case Role.Hold hold -> {
                    routes.add(new Route(family, own, Kind.THROW, Optional.empty()));
                    routes.add(new Route(family, arrivals, Kind.THROW, Optional.empty()));
                }
                case Role.Relay(NodeId to) -> {
                    routes.addAll(via(family, own, to, peers));
                    routes.addAll(via(family, arrivals, to, peers));
                }
                case Role.Forward(NodeId to) -> routes.addAll(via(family, own, to, peers));
                case Role.Block block -> {}
            }
        }
        return routes;
    }

    private static Collection<Route> via(IpFamily family, int table, NodeId to, SortedMap<NodeId, Tunnel> peers) {
        return Optional.ofNullable(peers.get(to)).stream()
                .map(peer -> hop(family, peer))
                .map(hop -> new Route(family, table, Kind.VIA, Optional.of(hop)))
                .toList();
    }

    private static IpAddress hop(IpFamily family, Tunnel peer) {
        return family == IpFamily.V4 ? peer.ipv4() : peer.ipv6();
    }

    public static Set<Integer> tables(EipRoute route) {
        return Set.of(route.mark().table(), route.mark().tunnelArrivalsTable());
    }

    public static Set<Integer> tables(DesiredState desired) {
        return Stream.concat(
                        desired.peers().values().stream()
                                .map(peer -> peer.mark().table()),
                        desired.eips().values().stream().flatMap(eip -> tables(eip).stream()))
                .collect(Collectors.toSet());
    }
}
