package dev.baton.datapath.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.KnownPods;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelEntry;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.core.DesiredState.Role;
import dev.baton.datapath.core.DesiredState.TunnelSubnets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fold of the compacted logs as one node sees them. Records may come in any order between topics, repeatedly, and
 * from a zombie that writes an older value last: of each EIP only the highest epoch ever seen counts, also across a
 * restart, if the epochs seen are handed back. Used by one thread.
 */
public final class NodeView {
    private final NodeId self;
    private final SortedMap<NodeId, Tunnel> tunnels = new TreeMap<>();
    /** Until settings are read, those of a fleet for which nobody declared any. */
    private TunnelSubnets subnets = TunnelSubnets.of(Settings.DEFAULT);

    private final SortedMap<Eip, Assignment> assignments = new TreeMap<>();
    private final SortedMap<Eip, Epoch> seen;
    private final SortedMap<PolicyId, PolicyBinding> policies = new TreeMap<>();
    private final SortedMap<PolicyId, SortedMap<String, EndpointSlice>> slices = new TreeMap<>();
    private final SortedSet<Cidr> clusterCidrs = new TreeSet<>();
    /** As they were worked out last: of what did not change, the same objects again. */
    private final SortedMap<PolicyId, PolicyMatch> matches = new TreeMap<>();

    private Optional<SortedSet<IpAddress>> knownPods = Optional.empty();

    /** @param seen the highest epoch of each EIP that this node saw before, from its run directory */
    public NodeView(NodeId self, Map<Eip, Epoch> seen) {
        this.self = self;
        this.seen = new TreeMap<>(seen);
    }

    /** The highest epoch of each EIP so far: what a restart must be given. */
    public SortedMap<Eip, Epoch> seen() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(seen));
    }

    /** The EIP's assignment as folded, if there is one. */
    public Optional<Assignment> assignment(Eip eip) {
        return Optional.ofNullable(assignments.get(eip));
    }

    public void tunnel(TunnelEntry entry) {
        switch (entry) {
            case Tunnel tunnel -> tunnels.put(tunnel.node(), tunnel);
            case SettingsInForce inForce -> subnets = TunnelSubnets.of(inForce.settings());
        }
    }

    public void tunnelRemoved(NodeId node) {
        tunnels.remove(node);
    }

    /** @return false if it was ignored: a newer epoch of this EIP was seen, or it {@link #contradicts} what was read */
    public boolean assignment(Assignment assignment) {
        if (!isInForce(assignment.eip(), assignment.epoch()) || contradicts(assignment)) {
            return false;
        }
        seen.put(assignment.eip(), assignment.epoch());
        assignments.put(assignment.eip(), assignment);
        return true;
    }

    /**
     * Whether it names another holder than what was read under the same epoch. An epoch has one holder, so somebody
     * decides by other rules than the rest: whom the first word named may hold already, and nobody asked it.
     */
    public boolean contradicts(Assignment next) {
        return assignment(next.eip())
                .filter(known -> known.epoch().equals(next.epoch()))
                .flatMap(Assignment::holder)
                .filter(holder ->
                        next.holder().filter(other -> !other.equals(holder)).isPresent())
                .isPresent();
    }

    /**
     * This node says that it holds nothing of the EIP under this epoch, so somebody else may: it must never hold it
     * under that epoch, however often the assignment is read again.
     */
    public void refuse(Eip eip, Epoch epoch) {
        if (isInForce(eip, epoch)) {
            seen.put(eip, epoch.next());
            assignments.remove(eip);
        }
    }

    /** What {@link #seen} says once these are refused. */
    public SortedMap<Eip, Epoch> seenRefusing(SortedMap<Eip, Epoch> refused) {
        var next = new TreeMap<>(seen);
        refused.forEach((eip, epoch) -> {
            if (isInForce(eip, epoch)) {
                next.put(eip, epoch.next());
            }
        });
        return next;
    }

    private boolean isInForce(Eip eip, Epoch epoch) {
        return !seen.getOrDefault(eip, Epoch.NONE).supersedes(epoch);
    }

    /** The EIP was freed: whoever holds it lets go. Its epoch stays known, so an older assignment cannot come back. */
    public void assignmentRemoved(Eip eip) {
        assignments.remove(eip);
    }

    public void policy(PolicyBinding binding) {
        policies.put(binding.policy(), binding);
        matches.remove(binding.policy());
    }

    public void policyRemoved(PolicyId policy) {
        policies.remove(policy);
        matches.remove(policy);
    }

    public void endpoints(EndpointEntry entry) {
        switch (entry) {
            case EndpointSlice slice
            when KnownPods.nodeOf(slice.policy()).isPresent() -> {
                if (isOfOwnPods(slice.policy())) {
                    knownPods = KnownPods.of(slice).map(KnownPods::addresses);
                }
            }
            case EndpointSlice slice -> {
                matches.remove(slice.policy());
                slices.computeIfAbsent(slice.policy(), policy -> new TreeMap<>())
                        .put(slice.slice(), slice);
            }
            case ClusterCidrs cidrs -> {
                clusterCidrs.clear();
                clusterCidrs.addAll(cidrs.cidrs());
            }
        }
    }

    private boolean isOfOwnPods(PolicyId policy) {
        return KnownPods.nodeOf(policy).equals(Optional.of(self));
    }

    public void endpointsRemoved(PolicyId policy, String slice) {
        if (isOfOwnPods(policy)) {
            knownPods = Optional.empty();
        }
        matches.remove(policy);
        var ofPolicy = slices.getOrDefault(policy, new TreeMap<>());
        ofPolicy.remove(slice);
        if (ofPolicy.isEmpty()) {
            slices.remove(policy);
        }
    }

    /** What this node should look like while {@code incarnation} is its own. */
    public DesiredState desired(Incarnation incarnation) {
        var peers = new TreeMap<NodeId, Tunnel>();
        tunnels.forEach((node, tunnel) -> {
            if (!node.equals(self) && tunnel.parent().map(NodeView::hasAddress).orElse(false)) {
                peers.put(node, tunnel);
            }
        });
        var eips = new TreeMap<Eip, EipRoute>();
        assignments.forEach((eip, assignment) -> eips.put(
                eip,
                new EipRoute(
                        assignment.mark(),
                        assignment.epoch(),
                        reachable(role(assignment, incarnation), peers),
                        assignment.gateway())));
        var wanted = new TreeMap<PolicyId, PolicyMatch>();
        policies.forEach((id, binding) -> wanted.put(id, match(binding, eips)));
        return new DesiredState(
                self,
                Optional.ofNullable(tunnels.get(self)),
                subnets,
                Collections.unmodifiableSortedMap(peers),
                Collections.unmodifiableSortedMap(eips),
                Collections.unmodifiableSortedMap(wanted),
                Collections.unmodifiableSortedSet(new TreeSet<>(clusterCidrs)),
                knownPods);
    }

    private static boolean hasAddress(ParentInterface parent) {
        return parent.ipv4().isPresent() || parent.ipv6().isPresent();
    }

    private Role role(Assignment assignment, Incarnation incarnation) {
        return switch (assignment.step()) {
            case WAITING -> new Role.Block();
            // Until the release is acknowledged, all others keep sending to the old holder, which relays: so there is
            // never a moment in which a packet is with somebody who knows nobody to hand it to.
            case RELEASE ->
                isHolder(assignment)
                        ? assignment
                                .successor()
                                .<Role>map(next -> new Role.Relay(next.node()))
                                .orElseGet(Role.Block::new)
                        : towardsHolder(assignment);
            case PREPARE, ACQUIRE, HELD ->
                assignment.allows(self, incarnation)
                        ? new Role.Hold(isReleased(assignment.reason()))
                        : towardsHolder(assignment);
        };
    }

    /**
     * Whether the former holder had the EIP's address on the wire, and let go of it. The reason tells: of a planned
     * move it stays the same through PREPARE, RELEASE and ACQUIRE, and these begin only at HELD; if the holder is lost
     * on the way, or does not release in time, the reason becomes another one. A broken holder, or one without an
     * interface in the EIP's network, also releases, but another machine may have taken the address beside it. Where
     * this says false wrongly, a question is asked too often, for 40 ms; if it said true wrongly, an owner would be
     * robbed.
     */
    private static boolean isReleased(MoveReason reason) {
        return switch (reason) {
            case HOLDER_LEAVING, DRAIN, OPERATOR, REBALANCE, HOLDER_NOT_SELECTED, HOLDER_UNREACHABLE -> true;
            case HOLDER_TIMED_OUT, HOLDER_NEW_INCARNATION, HOLDER_FAILED, NO_INTERFACE -> false;
            case ALLOCATED, ACK_FAILED, ACK_TIMEOUT, NODE_ELIGIBLE, NO_ELIGIBLE_NODE, STORM_BRAKE -> false;
            case ADOPTED -> false; // whoever had it before this log may have it still
        };
    }

    private boolean isHolder(Assignment assignment) {
        return assignment.holder().map(holder -> holder.node().equals(self)).orElse(false);
    }

    /** Authority given to another incarnation of this node is nobody's: that lease is gone, or is not yet ours. */
    private Role towardsHolder(Assignment assignment) {
        return assignment
                .holder()
                .filter(holder -> !holder.node().equals(self))
                .<Role>map(holder -> new Role.Forward(holder.node()))
                .orElseGet(Role.Block::new);
    }

    private Role reachable(Role role, SortedMap<NodeId, Tunnel> peers) {
        return switch (role) {
            case Role.Hold hold -> hold;
            case Role.Block block -> block;
            case Role.Relay(NodeId to) when to.equals(self) -> new Role.Block();
            case Role.Relay(NodeId to) -> peers.containsKey(to) ? role : new Role.Block();
            case Role.Forward(NodeId to) -> peers.containsKey(to) ? role : new Role.Block();
        };
    }

    /** An EIP without an assignment has no mark yet: its policies' packets are dropped until it has. */
    private PolicyMatch match(PolicyBinding binding, SortedMap<Eip, EipRoute> eips) {
        Optional<Eip> eip = binding.eip().filter(eips::containsKey);
        PolicyMatch known = matches.get(binding.policy());
        if (known != null && known.eip().equals(eip)) {
            return known;
        }
        PolicyMatch made = match(binding, eip);
        matches.put(binding.policy(), made);
        return made;
    }

    private PolicyMatch match(PolicyBinding binding, Optional<Eip> eip) {
        var sources = new TreeSet<IpAddress>();
        var local = new TreeSet<IpAddress>();
        var nodes = new TreeSet<NodeId>();
        for (EndpointSlice slice :
                slices.getOrDefault(binding.policy(), new TreeMap<>()).values()) {
            for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
                sources.addAll(endpoint.addresses());
                nodes.add(endpoint.node());
                if (endpoint.node().equals(self)) {
                    local.addAll(endpoint.addresses());
                }
            }
        }
        return new PolicyMatch(
                eip,
                binding.priority(),
                Collections.unmodifiableSortedSet(sources),
                Collections.unmodifiableSortedSet(local),
                Collections.unmodifiableSortedSet(nodes),
                Collections.unmodifiableSortedSet(new TreeSet<>(binding.destinations())));
    }
}
