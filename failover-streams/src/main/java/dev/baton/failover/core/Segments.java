package dev.baton.failover.core;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
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
        if (node.networks().isEmpty()) {
            return false; // it did not say
        }
        for (IpAddress address : eip.addresses()) {
            if (!node.isIn(address) && isInAny(address, state)) {
                return true;
            }
        }
        return false;
    }

    private boolean isInAny(IpAddress address, FleetState state) {
        for (Cidr network : ofAll(state)) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private List<Cidr> ofAll(FleetState state) {
        if (known.isEmpty()) {
            var all = new TreeSet<Cidr>();
            for (Table.Entry<NodeId, FleetNode> node : state.nodes()) {
                all.addAll(node.value().networks());
            }
            known = Optional.of(List.copyOf(all));
        }
        return known.get();
    }
}
