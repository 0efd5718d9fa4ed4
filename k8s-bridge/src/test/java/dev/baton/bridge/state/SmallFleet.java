package dev.baton.bridge.state;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Beginning;
import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Pool;
import dev.baton.contract.Rules;
import dev.baton.contract.Settings;
import dev.baton.contract.TickClock;
import dev.baton.contract.TunnelPhase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A gateway of two addresses, its nodes and policies, in the words of declarations and of the coordinator. */
public final class SmallFleet {
    public static final GatewayId GATEWAY = new GatewayId("gw");
    public static final Incarnation INCARNATION = new Incarnation(7);

    private SmallFleet() {}

    public static LabelSelector labels(String key, String value) {
        return new LabelSelector(new TreeMap<>(Map.of(key, value)), List.of());
    }

    public static GatewayDeclared gateway(String name, boolean clusterDefault, Optional<IpAddress> defaultEip) {
        return new GatewayDeclared(
                new GatewayId(name),
                clusterDefault,
                Pool.parse("ipv4", IpFamily.V4, List.of("10.6.1.1-10.6.1.2")),
                Pool.EMPTY,
                defaultEip,
                Optional.empty(),
                labels("egress", "true"));
    }

    public static PolicyDeclared policy(PolicyId id, String app) {
        return new PolicyDeclared(
                id,
                Optional.of(GATEWAY),
                EgressIp.DEFAULT,
                List.of(),
                labels("app", app),
                List.of(),
                Optional.empty(),
                0);
    }

    public static NodeDeclared declared(String name) {
        return new NodeDeclared(new NodeId(name), new TreeMap<>(Map.of("egress", "true")), true, false);
    }

    public static FleetNode node(String name, TunnelPhase phase) {
        return node(name, "true", phase, Optional.empty());
    }

    /** A Ready node in these networks. */
    public static FleetNode nodeIn(String name, String egress, String... networks) {
        var parent = new ParentInterface("eth0", Optional.of(IpAddress.parse("192.0.2.1")), Optional.empty());
        return node(
                name,
                egress,
                TunnelPhase.READY,
                Optional.of(
                        parent.withNetworks(Stream.of(networks).map(Cidr::parse).toList(), List.of())));
    }

    private static FleetNode node(String name, String egress, TunnelPhase phase, Optional<ParentInterface> parent) {
        return new FleetNode(
                new NodeId(name),
                true,
                new TreeMap<>(Map.of("egress", egress)),
                true,
                false,
                false,
                false,
                Optional.empty(),
                phase,
                phase,
                phase == TunnelPhase.READY ? PhaseReason.DATAPATH_READY : PhaseReason.SILENT,
                DatapathFault.NONE,
                INCARNATION,
                0,
                parent,
                Optional.empty(),
                Rules.FIRST);
    }

    public static Assignment assignment(String eip, AssignmentStep step, String holder, MoveReason reason) {
        return new Assignment(
                Eip.parse(eip),
                GATEWAY,
                Mark.FIRST_EIP,
                new Epoch(3),
                step,
                holder.isEmpty() ? Optional.empty() : Optional.of(new Holder(new NodeId(holder), INCARNATION)),
                Optional.empty(),
                reason,
                99);
    }

    public static FleetEip eip(Assignment assignment) {
        return new FleetEip(assignment, Optional.empty(), false, List.of());
    }

    public static FleetGateway known(GatewayDeclared gateway) {
        return new FleetGateway(gateway, Optional.empty(), Optional.empty(), false);
    }

    public static FleetPolicy bound(PolicyDeclared policy, String eip) {
        return new FleetPolicy(policy, GATEWAY, eip.isEmpty() ? Optional.empty() : Optional.of(Eip.parse(eip)));
    }

    public static FleetSnapshot snapshot(
            List<FleetNode> nodes, List<FleetGateway> gateways, List<FleetPolicy> policies, List<FleetEip> eips) {
        return new FleetSnapshot(
                new FleetId("test"),
                0,
                Settings.DEFAULT,
                TickClock.START,
                Optional.empty(),
                Optional.empty(),
                Epoch.NONE,
                Optional.empty(),
                Optional.empty(),
                nodes,
                gateways,
                policies,
                eips,
                Optional.empty(),
                Optional.empty(),
                Beginning.OVER,
                false,
                Rules.FIRST);
    }

    public static Endpoint endpoint(String namespace, String pod, String ip) {
        return new Endpoint(namespace, pod, new NodeId("node1"), List.of(IpAddress.parse(ip)));
    }
}
