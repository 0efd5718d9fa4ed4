package dev.baton.datapath.core;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Tunnel;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What a node should look like.
 *
 * @param own this node's tunnel; empty until it is allocated: then nothing else is programmed
 * @param peers the other nodes' tunnels that have a parent address
 * @param clusterCidrs destinations that policies without destinations leave alone
 */
public record DesiredState(
        NodeId self,
        Optional<Tunnel> own,
        SortedMap<NodeId, Tunnel> peers,
        SortedMap<Eip, EipRoute> eips,
        SortedMap<PolicyId, PolicyMatch> policies,
        SortedSet<Cidr> clusterCidrs) {

    /** What this node does with packets of one EIP. */
    public record EipRoute(Mark mark, Epoch epoch, Role role) {}

    /** The four things a node can do with an EIP's packets. */
    public sealed interface Role {
        /** Holds it: address, translation, announcement. */
        record Hold() implements Role {}

        /** Held it, forwards what still arrives to the successor. */
        record Relay(NodeId to) implements Role {}

        /** Sends its own pods' packets to the holder; drops what arrives through the tunnel. */
        record Forward(NodeId to) implements Role {}

        /** Nobody to send to: drops, so that nothing leaves with a wrong source. */
        record Block() implements Role {}
    }

    /**
     * Which packets carry which EIP's mark: all the policy's pods, on every node, so that a move touches no set.
     *
     * @param eip empty: no EIP could be allocated; the packets are dropped
     * @param localSources those of the pods that run on this node
     */
    public record PolicyMatch(
            Optional<Eip> eip,
            SortedSet<IpAddress> sources,
            SortedSet<IpAddress> localSources,
            SortedSet<Cidr> destinations) {}
}
