package dev.baton.datapath.lab;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.KnownPods;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Rules;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelPhase;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the coordinator would publish for a lab: nodes n1.., one policy with every node's pod, one EIP. */
public final class TestFleet {
    public static final Incarnation OWN = new Incarnation(1);
    public static final Eip EIP = Eip.parse("10.6.0.200+fd06::200");
    public static final String EIP4 = "10.6.0.200";
    public static final String EIP6 = "fd06::200";

    private static final GatewayId GATEWAY = new GatewayId("gw");
    private static final PolicyId POLICY = PolicyId.parse("default/web");
    private static final PolicyId ABOVE = PolicyId.parse("default/above");

    private final List<NodeView> views = new ArrayList<>();
    private final Eip eip;
    private long epoch;

    public TestFleet(int nodes) {
        this(nodes, EIP, List.of(Cidr.parse("10.6.0.0/24"), Cidr.parse("fd06::/64")));
    }

    /** @param destinations of the one policy; none: everything outside the cluster */
    public TestFleet(int nodes, Eip eip, List<Cidr> destinations) {
        this.eip = eip;
        for (int n = 1; n <= nodes; n++) {
            views.add(new NodeView(node(n), Map.of()));
        }
        for (NodeView view : views) {
            for (int n = 1; n <= nodes; n++) {
                view.tunnel(tunnel(n));
                view.endpoints(slice(n));
            }
            view.endpoints(new ClusterCidrs(List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd44::/16"))));
            view.policy(new PolicyBinding(POLICY, GATEWAY, Optional.of(eip), destinations, 0, 1));
        }
    }

    public static NodeId node(int n) {
        return new NodeId("n" + n);
    }

    public void assign(AssignmentStep step, int holder, Optional<Integer> successor) {
        assign(eip, Mark.FIRST_EIP, step, holder, successor);
    }

    public void assign(Eip which, Mark mark, AssignmentStep step, int holder, Optional<Integer> successor) {
        assign(which, mark, step, holder, successor, MoveReason.OPERATOR);
    }

    /** To this node, whose predecessor is lost and has released nothing. */
    public void failOver(int to) {
        failOver(eip, Mark.FIRST_EIP, to);
    }

    public void failOver(Eip which, Mark mark, int to) {
        assign(which, mark, AssignmentStep.ACQUIRE, to, Optional.empty(), MoveReason.HOLDER_TIMED_OUT);
    }

    private void assign(
            Eip which, Mark mark, AssignmentStep step, int holder, Optional<Integer> successor, MoveReason reason) {
        var assignment = new Assignment(
                which,
                GATEWAY,
                mark,
                new Epoch(++epoch),
                step,
                Optional.of(new Holder(node(holder), OWN)),
                successor.map(n -> new Holder(node(n), OWN)),
                reason,
                epoch);
        views.forEach(view -> view.assignment(assignment));
    }

    /** Puts these settings in force on every node. */
    public void settings(Settings settings) {
        views.forEach(view -> view.tunnel(new SettingsInForce(settings, Rules.FIRST, 1)));
    }

    /** All nodes are told which Ethernet addresses this one has. */
    public void macsOf(int n, List<MacAddress> macs) {
        views.forEach(view -> view.tunnel(tunnel(n, macs)));
    }

    /** All nodes are told of one more, which is not there. */
    public void joined(int n) {
        views.forEach(view -> view.tunnel(tunnel(n)));
    }

    /** Declares the one policy anew, to every node. */
    public void policy(Eip which, List<Cidr> destinations) {
        views.forEach(view -> view.policy(new PolicyBinding(POLICY, GATEWAY, Optional.of(which), destinations, 0, 1)));
    }

    /** The first node is told of one more policy, with one pod there. */
    public void another(
            PolicyId policy, Optional<Eip> which, List<Cidr> destinations, long priority, String pod, String address) {
        view(1).policy(new PolicyBinding(policy, GATEWAY, which, destinations, priority, 2));
        view(1).endpoints(new EndpointSlice(
                policy,
                "s",
                List.of(new EndpointSlice.Endpoint("team", pod, node(1), List.of(IpAddress.parse(address))))));
    }

    /** A second policy for the same pods, which comes first. */
    public void policyAbove(Eip which, List<Cidr> destinations) {
        for (NodeView view : views) {
            view.policy(new PolicyBinding(ABOVE, GATEWAY, Optional.of(which), destinations, 10, 1));
            for (int n = 1; n <= views.size(); n++) {
                view.endpoints(slice(ABOVE, n));
            }
        }
    }

    public void policyAboveRemoved() {
        views.forEach(view -> view.policyRemoved(ABOVE));
    }

    public void clusterCidrs(List<Cidr> inside) {
        views.forEach(view -> view.endpoints(new ClusterCidrs(inside)));
    }

    public void policyRemoved() {
        views.forEach(view -> view.policyRemoved(POLICY));
    }

    /** The pod of this node no longer has the policy's labels, or has them again. */
    public void podSelected(int n, boolean selected) {
        views.forEach(view -> view.endpoints(selected ? slice(n) : new EndpointSlice(POLICY, "s" + n, List.of())));
    }

    /** Of which pods of this node it is said to be known whether a policy selects them. */
    public void knownPods(int n, String... addresses) {
        var known = new TreeSet<IpAddress>();
        Stream.of(addresses).map(IpAddress::parse).forEach(known::add);
        views.forEach(view -> view.endpoints(new KnownPods(node(n), known).slice()));
    }

    /** Nobody says of this node's pods whether they are known. */
    public void knownPodsWithdrawn(int n) {
        views.forEach(view -> view.endpoints(KnownPods.withdrawal(node(n))));
    }

    /** Nothing uses the EIP any more. */
    public void freed() {
        views.forEach(view -> view.assignmentRemoved(eip));
    }

    public NodeView view(int n) {
        return views.get(n - 1);
    }

    public DesiredState desired(int n) {
        return view(n).desired(OWN);
    }

    private static EndpointSlice slice(int n) {
        return slice(POLICY, n);
    }

    private static EndpointSlice slice(PolicyId policy, int n) {
        return new EndpointSlice(
                policy,
                "s" + n,
                List.of(new EndpointSlice.Endpoint(
                        "default",
                        "p" + n,
                        node(n),
                        List.of(IpAddress.parse("10.244." + n + ".10"), IpAddress.parse("fd44:" + n + "::10")))));
    }

    private static Tunnel tunnel(int n) {
        return tunnel(n, List.of());
    }

    private static Tunnel tunnel(int n, List<MacAddress> macs) {
        return new Tunnel(
                node(n),
                MacAddress.ofNode(node(n)),
                IpAddress.parse("172.31.0." + n),
                IpAddress.parse("fd11::" + n),
                new Mark(Mark.BASE + n),
                TunnelPhase.READY,
                PhaseReason.DATAPATH_READY,
                DatapathFault.NONE,
                OWN,
                Optional.of(new ParentInterface(
                                "eth0",
                                Optional.of(IpAddress.parse("10.6.0." + n)),
                                Optional.of(IpAddress.parse("fd06::" + n)))
                        .withNetworks(List.of(), macs)),
                0,
                0);
    }
}
