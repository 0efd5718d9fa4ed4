package dev.baton.contract;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * State of the coordination fold.
 *
 * @param heartbeatsOrigin last origin taken from {@code baton.heartbeats}
 * @param declarationsOrigin last origin taken from {@code baton.declarations}
 * @param lastEpoch highest epoch given to any EIP
 * @param lastNodeMark node mark given last; the search for a free one goes on after it
 * @param lineage of the log; empty: its writers drew none
 * @param beginning what is known of leases that were granted before the log began
 * @param sealed whether it decides nothing, so that it can be carried to another log
 * @param rules by which the log is folded
 * @param networks the addresses that the cluster itself uses, if anybody declared them
 */
public record FleetSnapshot(
        FleetId fleet,
        long offset,
        Settings settings,
        TickClock clock,
        Optional<Sequenced.Origin> heartbeatsOrigin,
        Optional<Sequenced.Origin> declarationsOrigin,
        Epoch lastEpoch,
        Optional<Mark> lastNodeMark,
        Optional<Mark> lastEipMark,
        List<FleetNode> nodes,
        List<FleetGateway> gateways,
        List<FleetPolicy> policies,
        List<FleetEip> eips,
        Optional<ClusterNetworksDeclared> networks,
        Optional<Lineage> lineage,
        Beginning beginning,
        boolean sealed,
        Rules rules)
        implements Snapshot {
    public FleetSnapshot {
        nodes = List.copyOf(nodes);
        gateways = List.copyOf(gateways);
        policies = List.copyOf(policies);
        eips = List.copyOf(eips);
    }

    /**
     * A node, declared or heard of.
     *
     * @param declared whether Kubernetes knows it; only then it has labels and a tunnel
     * @param draining whether an operator drains it
     * @param cordoned whether the node's declaration says that it is cordoned
     * @param live the phase that its heartbeats give
     * @param shown the phase that viewers see
     * @param lineage of the log whose assignments it obeys; empty: it has not said
     * @param reads the newest rules that its agent knows
     */
    public record FleetNode(
            NodeId node,
            boolean declared,
            SortedMap<String, String> labels,
            boolean kubernetesReady,
            boolean draining,
            boolean cordoned,
            boolean leaving,
            Optional<TunnelAddress> tunnel,
            TunnelPhase live,
            TunnelPhase shown,
            PhaseReason reason,
            DatapathFault fault,
            Incarnation incarnation,
            long foldedOffset,
            Optional<ParentInterface> parent,
            Optional<Lineage> lineage,
            Rules reads)
            implements ImportPart {
        public FleetNode {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        }

        /**
         * Whether its EIPs must be moved away while it lives: because it is drained, or because it is cordoned; each
         * ends separately.
         */
        public boolean isToBeEmptied() {
            return draining || cordoned;
        }

        /** In which the fleet counts it; none while it is not declared, or if it does not say. */
        public List<Cidr> networks() {
            return declared ? parent.map(ParentInterface::networks).orElse(List.of()) : List.of();
        }

        /** Whether its agent programs it, as it said last; of a removed node nothing counts. */
        public DatapathMode mode() {
            return declared ? parent.map(ParentInterface::mode).orElse(DatapathMode.UNSAID) : DatapathMode.UNSAID;
        }

        public boolean acts() {
            return mode() == DatapathMode.ACTS;
        }

        public boolean records() {
            return mode() == DatapathMode.RECORDS;
        }

        /** Whether it says that it is in a network of this address. */
        public boolean isIn(IpAddress address) {
            for (Cidr network : networks()) {
                if (network.contains(address)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The addresses and the mark that a node's tunnel was given. */
    public record TunnelAddress(MacAddress mac, IpAddress ipv4, IpAddress ipv6, Mark mark) {}

    /**
     * A gateway.
     *
     * @param lastIpv4 address handed out last; the search for a free one goes on after it
     * @param held whether its moves wait
     */
    public record FleetGateway(
            GatewayDeclared spec, Optional<IpAddress> lastIpv4, Optional<IpAddress> lastIpv6, boolean held)
            implements ImportPart {}

    /** A policy and its EIP, if it has one. */
    public record FleetPolicy(PolicyDeclared spec, GatewayId gateway, Optional<Eip> eip) implements ImportPart {}

    /**
     * An EIP.
     *
     * @param deadline log time by which the step must be acknowledged, or a pause ends
     * @param alerted whether operators were alerted in this step
     * @param quarantined nodes that have failed with this EIP
     */
    public record FleetEip(
            Assignment assignment, Optional<Duration> deadline, boolean alerted, List<Quarantine> quarantined)
            implements ImportPart {
        public FleetEip {
            quarantined = List.copyOf(quarantined);
        }
    }

    /**
     * A node that is no candidate for an EIP until the log time {@code until}.
     *
     * @param owner of the EIP's address, if the node heard another machine answer for it
     */
    public record Quarantine(NodeId node, Duration until, Optional<MacAddress> owner) {
        /** Whether it goes on at this log time. */
        public boolean lastsAt(Duration now) {
            return until.compareTo(now) > 0;
        }
    }
}
