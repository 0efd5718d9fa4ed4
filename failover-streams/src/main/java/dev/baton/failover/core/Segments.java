package dev.baton.failover.core;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The networks that the fleet's nodes are in. An address of one of them is reached on that network only, so only a node
 * with an interface there can hold it. An address of none of them is routed to the nodes, and any of them can.
 */
final class Segments {
    private Optional<List<Cidr>> known = Optional.empty();

    /** A node changed. */
    void forget() {
        known = Optional.empty();
    }

    /** Whether other nodes are in the network of an address of the EIP, and this one is not. */
    boolean lacks(FleetNode node, Eip eip, FleetState state) {
        List<Cidr> here = networks(Optional.of(node));
        if (here.isEmpty()) {
            return false; // it did not say
        }
        for (IpAddress address : eip.addresses()) {
            if (!contain(here, address) && contain(ofAll(state), address)) {
                return true;
            }
        }
        return false;
    }

    private List<Cidr> ofAll(FleetState state) {
        if (known.isEmpty()) {
            var all = new TreeSet<Cidr>();
            for (Table.Entry<NodeId, FleetNode> node : state.nodes()) {
                all.addAll(networks(Optional.of(node.value())));
            }
            known = Optional.of(List.copyOf(all));
        }
        return known.get();
    }

    /** What a node says of the fleet's networks; nothing while it is not declared. */
    static List<Cidr> networks(Optional<FleetNode> node) {
        return node.filter(FleetNode::declared)
                .flatMap(FleetNode::parent)
                .map(ParentInterface::networks)
                .orElse(List.of());
    }

    private static boolean contain(List<Cidr> networks, IpAddress address) {
        for (Cidr network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
