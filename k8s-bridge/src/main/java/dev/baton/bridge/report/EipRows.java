package dev.baton.bridge.report;

import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressGateway.GatewayNode;
import dev.baton.bridge.api.EgressGateway.NodeEip;
import dev.baton.bridge.api.EgressGateway.PolicyRef;
import dev.baton.bridge.state.FleetView;
import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Each EIP: where the gateways' statuses say it is, and where the coordinator has decided. */
public final class EipRows {
    /** The policies that leave with the address of their node. */
    private static final String NODE_ADDRESS = "node-address";

    private record Key(String gateway, String eip) {
        static final Comparator<Key> ORDER = Comparator.comparing(Key::gateway).thenComparing(Key::eip);
    }

    /** Several nodes only of the nodes' own addresses. */
    private record Place(SortedSet<String> nodes, SortedSet<String> policies) {
        Place() {
            this(new TreeSet<>(), new TreeSet<>());
        }
    }

    private static final Place NOWHERE = new Place();

    private EipRows() {}

    public static List<Row> of(Map<GatewayId, EgressGateway> gateways, FleetView standing) {
        var shown = new TreeMap<Key, Place>(Key.ORDER);
        var decided = new TreeMap<Key, Place>(Key.ORDER);
        gateways.forEach((id, gateway) -> {
            for (GatewayNode node : gateway.getStatus().nodeList()) {
                for (NodeEip eip : node.eips()) {
                    Place place = shown.computeIfAbsent(
                            new Key(id.toString(), text(eip.ipv4(), eip.ipv6())), _ -> new Place());
                    place.nodes().add(node.name());
                    eip.policies().forEach(policy -> place.policies().add(text(policy)));
                }
            }
        });
        var all = new TreeSet<GatewayId>(Comparator.comparing(GatewayId::toString));
        all.addAll(gateways.keySet());
        all.addAll(standing.gatewayIds());
        for (GatewayId id : all) {
            for (FleetEip eip : standing.eipsOf(id)) {
                Assignment assignment = eip.assignment();
                Place place = decided.computeIfAbsent(new Key(id.toString(), text(assignment.eip())), _ -> new Place());
                assignment
                        .holder()
                        .map(Holder::node)
                        .ifPresent(node -> place.nodes().add(node.toString()));
                for (PolicyId policy : standing.policiesOf(assignment.eip())) {
                    place.policies().add(policy.toString());
                }
            }
        }
        var keys = new TreeSet<Key>(Key.ORDER);
        keys.addAll(shown.keySet());
        keys.addAll(decided.keySet());
        return keys.stream()
                .map(key -> row(key, shown.getOrDefault(key, NOWHERE), decided.getOrDefault(key, NOWHERE)))
                .toList();
    }

    private static Row row(Key key, Place now, Place baton) {
        return Row.of(
                now.equals(baton),
                "eip",
                key.eip(),
                "gateway",
                key.gateway(),
                "now",
                Row.joined(now.nodes()),
                "baton",
                Row.joined(baton.nodes()),
                "policies_now",
                Row.joined(now.policies()),
                "policies_baton",
                Row.joined(baton.policies()));
    }

    static String text(Eip eip) {
        return eip.isNodeAddress() ? NODE_ADDRESS : eip.toString();
    }

    /** Both empty: there is an entry, for the nodes' own addresses. */
    static String text(String ipv4, String ipv6) {
        if (ipv4.isEmpty() && ipv6.isEmpty()) {
            return NODE_ADDRESS;
        }
        String both = ipv4.isEmpty() || ipv6.isEmpty() ? "" : "+";
        return canonical(ipv4) + both + canonical(ipv6);
    }

    /** Others may write an IPv6 address in another form. */
    private static String canonical(String address) {
        try {
            return Optional.of(address)
                    .filter(text -> !text.isEmpty())
                    .map(IpAddress::parse)
                    .map(IpAddress::toString)
                    .orElse("");
        } catch (IllegalArgumentException e) {
            return address;
        }
    }

    private static String text(PolicyRef policy) {
        return policy.namespace().isEmpty() ? policy.name() : policy.namespace() + "/" + policy.name();
    }
}
