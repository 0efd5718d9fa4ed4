package dev.baton.launcher.cli;

import dev.baton.bridge.manifest.Statuses;
import dev.baton.bridge.manifest.Statuses.OwnStatus;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.TunnelAdopted;
import dev.baton.failover.core.FleetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Whether EgressGateway, which begins by its objects' statuses, would find the fleet as Baton has it. */
final class WayBack {
    private final FleetState state;
    private final Statuses found;
    private final List<Line> lines = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();

    /** An EIP that policies use. */
    record Line(GatewayId gateway, Eip eip, Optional<NodeId> node, List<PolicyId> policies, boolean asItIs) {}

    /** Something that EgressGateway would find otherwise. */
    record Refused(String subject, BackRefusal reason, String detail) {}

    WayBack(FleetState state, Statuses found) {
        this.state = state;
        this.found = found;
        state.eips().values().forEach(eip -> eip(eip.assignment()));
        state.policies().values().forEach(this::policy);
        state.nodes().values().forEach(this::tunnel);
    }

    List<Line> lines() {
        return lines;
    }

    List<Refused> refused() {
        return refused;
    }

    private void eip(Assignment assignment) {
        List<PolicyId> policies = state.policies().values().stream()
                .filter(policy -> policy.eip().equals(Optional.of(assignment.eip())))
                .map(policy -> policy.spec().policy())
                .toList();
        if (policies.isEmpty()) {
            return;
        }
        int before = refused.size();
        Optional<NodeId> node = assignment.holder().map(Holder::node);
        if (assignment.step() == AssignmentStep.HELD && node.isPresent()) {
            held(assignment, node.get(), policies);
        } else {
            refuse("eip " + assignment.eip(), BackRefusal.NOT_HELD, "step=" + assignment.step());
        }
        boolean asItIs = refused.size() == before;
        lines.add(new Line(assignment.gateway(), assignment.eip(), node, policies, asItIs));
    }

    private void held(Assignment assignment, NodeId node, List<PolicyId> policies) {
        String subject = "eip " + assignment.eip();
        Eip eip = assignment.eip();
        List<AdoptedEip> entries = found.eips().stream()
                .filter(gateway -> gateway.gateway().equals(assignment.gateway()))
                .flatMap(gateway -> gateway.eips().stream())
                .filter(entry -> entry.eip().equals(eip))
                .toList();
        var there = new TreeSet<PolicyId>();
        entries.stream()
                .filter(entry -> entry.node().equals(Optional.of(node)))
                .forEach(entry -> there.addAll(entry.policies()));
        there.retainAll(found.listed());
        boolean elsewhere = entries.stream().anyMatch(entry -> !entry.node().equals(Optional.of(node)));
        if (elsewhere || !there.equals(new TreeSet<>(policies))) {
            refuse(
                    subject,
                    BackRefusal.GATEWAY_STATUS_DIFFERS,
                    "node " + node + " holds it for " + policies + "; status.nodeList of gateway "
                            + assignment.gateway() + " has " + entries);
        } else if (!found.ready()
                .getOrDefault(assignment.gateway(), new TreeSet<>())
                .contains(node)) {
            refuse(subject, BackRefusal.NODE_NOT_READY, "node " + node + " in gateway " + assignment.gateway());
        }
        for (PolicyId policy : policies) {
            Optional<OwnStatus> own = Optional.ofNullable(found.own().get(policy));
            boolean same = own.filter(status -> status.node().equals(Optional.of(node))
                            && status.eip().map(eip::equals).orElse(eip.isNodeAddress()))
                    .isPresent();
            if (!same) {
                refuse(
                        "policy " + policy,
                        BackRefusal.POLICY_STATUS_DIFFERS,
                        "it has " + eip + " on node " + node + "; its status has "
                                + text(own.flatMap(OwnStatus::eip)) + " on "
                                + text(own.flatMap(OwnStatus::node)));
            }
        }
    }

    private void policy(FleetPolicy policy) {
        String subject = "policy " + policy.spec().policy();
        if (policy.eip().isEmpty()) {
            refuse(subject, BackRefusal.NO_EIP, "gateway=" + policy.gateway());
        }
        if (!policy.spec().podSubnets().isEmpty()) {
            refuse(
                    subject,
                    BackRefusal.SELECTS_BY_SUBNET,
                    "appliedTo.podSubnet=" + policy.spec().podSubnets());
        }
    }

    private void tunnel(FleetNode node) {
        if (node.tunnel().isEmpty() || !node.declared()) {
            return;
        }
        TunnelAddress has = node.tunnel().get();
        Optional<TunnelAdopted> shown = found.tunnels().stream()
                .filter(tunnel -> tunnel.node().equals(node.node()))
                .findFirst();
        boolean same = shown.filter(tunnel -> tunnel.mark().equals(Optional.of(has.mark()))
                        && tunnel.mac().equals(Optional.of(has.mac()))
                        && tunnel.ipv4().orElse(has.ipv4()).equals(has.ipv4())
                        && tunnel.ipv6().orElse(has.ipv6()).equals(has.ipv6())
                        && (tunnel.ipv4().isPresent() || tunnel.ipv6().isPresent()))
                .isPresent();
        if (!same) {
            refuse(
                    "tunnel of node " + node.node(),
                    BackRefusal.TUNNEL_STATUS_DIFFERS,
                    "the node has " + has + "; its status has " + text(shown));
        }
    }

    private void refuse(String subject, BackRefusal reason, String detail) {
        refused.add(new Refused(subject, reason, detail));
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse("nothing");
    }
}
