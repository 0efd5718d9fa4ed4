package dev.baton.datapath.core;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Precedence;
import dev.baton.contract.Settings;
import dev.baton.contract.Tunnel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a node should look like.
 *
 * @param own this node's tunnel; empty until it is allocated: then nothing else is programmed
 * @param subnets all tunnel addresses of the fleet are in these
 * @param peers the other nodes' tunnels that have a parent address
 * @param clusterCidrs destinations that policies without destinations leave alone
 * @param knownPods addresses of this node's pods of which it is known whether a policy selects them; empty: nobody says
 *     so, and no pod waits for it
 */
public record DesiredState(
        NodeId self,
        Optional<Tunnel> own,
        TunnelSubnets subnets,
        SortedMap<NodeId, Tunnel> peers,
        SortedMap<Eip, EipRoute> eips,
        SortedMap<PolicyId, PolicyMatch> policies,
        SortedSet<Cidr> clusterCidrs,
        Optional<SortedSet<IpAddress>> knownPods) {

    /**
     * The policies of each pod's address, the one that counts first in front: a packet is about the first whose
     * destinations, in the packet's family, it goes to.
     */
    public SortedMap<IpAddress, List<PolicyId>> policiesOfPods() {
        var ofPods = new TreeMap<IpAddress, List<PolicyId>>();
        policies.forEach((id, match) -> match.sources()
                .forEach(source -> ofPods.computeIfAbsent(source, key -> new ArrayList<>(1))
                        .add(id)));
        for (List<PolicyId> ofPod : ofPods.values()) {
            if (ofPod.size() > 1) {
                ofPod.sort(Comparator.comparing(this::precedence));
            }
        }
        return ofPods;
    }

    /** What the nodes are reached by: never an EIP, whatever was declared. */
    public SortedSet<IpAddress> nodeAddresses() {
        return parents().flatMap(parent -> parent.addresses().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The Ethernet addresses that the fleet's nodes say are theirs; one that runs older software says none. */
    public SortedSet<MacAddress> nodeMacs() {
        return parents().flatMap(parent -> parent.macs().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<ParentInterface> parents() {
        return Stream.concat(own.stream(), peers.values().stream()).flatMap(tunnel -> tunnel.parent().stream());
    }

    /** The addresses of all EIPs. */
    public SortedSet<IpAddress> eipAddresses() {
        return eips.keySet().stream()
                .flatMap(eip -> eip.addresses().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The nodes on which a pod of some policy runs. */
    public SortedSet<NodeId> podNodes() {
        return policies.values().stream()
                .flatMap(match -> match.nodes().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public DesiredState withPolicies(SortedMap<PolicyId, PolicyMatch> others) {
        return new DesiredState(self, own, subnets, peers, eips, others, clusterCidrs, knownPods);
    }

    private Precedence precedence(PolicyId id) {
        PolicyMatch match = policies.get(id);
        return new Precedence(match == null ? 0 : match.priority(), id);
    }

    /** The subnets that the fleet's tunnel addresses are taken from, by the settings in force. */
    public record TunnelSubnets(Cidr ipv4, Cidr ipv6) {
        public static TunnelSubnets of(Settings settings) {
            return new TunnelSubnets(settings.tunnelIpv4Subnet(), settings.tunnelIpv6Subnet());
        }
    }

    /** What this node does with packets of one EIP of a gateway. */
    public record EipRoute(Mark mark, Epoch epoch, Role role, GatewayId gateway) {}

    /** The four things a node can do with an EIP's packets. */
    public sealed interface Role {
        /**
         * Holds it: address, translation, announcement.
         *
         * @param released its former holder had it and let go of it, so no other machine has its address
         */
        record Hold(boolean released) implements Role {}

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
     * @param priority of the policies that cover a packet, the highest counts
     * @param localSources those of the pods that run on this node
     * @param nodes on which its pods run
     */
    public record PolicyMatch(
            Optional<Eip> eip,
            long priority,
            SortedSet<IpAddress> sources,
            SortedSet<IpAddress> localSources,
            SortedSet<NodeId> nodes,
            SortedSet<Cidr> destinations) {}
}
