package dev.baton.failover.core;

import dev.baton.contract.Cidr;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.TunnelAdopted;
import java.util.List;
import java.util.Optional;

/**
 * Takes a node's tunnel over from EgressGateway, so that nodes on which its agent still runs and nodes on which ours
 * does mean the same by an address. The other nodes' tunnels stay: what one of them has is refused.
 */
final class TunnelAdoption {
    private TunnelAdoption() {}

    static void take(Turn turn, TunnelAdopted adopted, long origin) {
        Optional<FleetNode> node = turn.state().nodes().get(adopted.node()).filter(FleetNode::declared);
        Optional<TunnelAddress> wanted = node.flatMap(FleetNode::tunnel).map(tunnel -> wanted(tunnel, adopted));
        if (!Refusal.acceptOrRefuse(turn, origin, refusal(turn, adopted, wanted))) {
            return;
        }
        if (!node.flatMap(FleetNode::tunnel).equals(wanted)) {
            Nodes.retunnel(turn, node.orElseThrow(), wanted.orElseThrow());
        }
    }

    private static TunnelAddress wanted(TunnelAddress now, TunnelAdopted adopted) {
        return new TunnelAddress(
                adopted.mac().orElse(now.mac()),
                adopted.ipv4().orElse(now.ipv4()),
                adopted.ipv6().orElse(now.ipv6()),
                adopted.mark().orElse(now.mark()));
    }

    private static Optional<Refusal> refusal(Turn turn, TunnelAdopted adopted, Optional<TunnelAddress> wanted) {
        String subject = "tunnel of node " + adopted.node();
        Optional<Refusal> tooOld = Adoption.tooOld(turn, subject);
        if (tooOld.isPresent()) {
            return tooOld;
        }
        if (wanted.isEmpty()) {
            return Optional.of(new Refusal(subject, RefusalReason.NODE_UNKNOWN, "no node of this name is declared"));
        }
        TunnelAddress tunnel = wanted.get();
        if (tunnel.mark().compareTo(Mark.FIRST_NODE) < 0 || tunnel.mark().compareTo(Mark.LAST_NODE) > 0) {
            return Optional.of(new Refusal(
                    subject,
                    RefusalReason.MARK_OUT_OF_RANGE,
                    "status.mark=" + tunnel.mark() + "; allowed are " + Mark.FIRST_NODE + " to " + Mark.LAST_NODE));
        }
        return outside(subject, "ipv4", tunnel.ipv4(), turn.state().settings().tunnelIpv4Subnet())
                .or(() -> outside(
                        subject, "ipv6", tunnel.ipv6(), turn.state().settings().tunnelIpv6Subnet()))
                .or(() -> inUse(turn, adopted, subject, tunnel));
    }

    private static Optional<Refusal> outside(String subject, String field, IpAddress address, Cidr subnet) {
        boolean inside =
                subnet.contains(address) && !address.equals(subnet.network()) && !address.equals(subnet.last());
        return inside
                ? Optional.empty()
                : Optional.of(new Refusal(
                        subject,
                        RefusalReason.TUNNEL_OUTSIDE_SUBNET,
                        "status.tunnel." + field + "=" + address + " is no host's address in the fleet's tunnel subnet "
                                + subnet));
    }

    private static Optional<Refusal> inUse(Turn turn, TunnelAdopted adopted, String subject, TunnelAddress wanted) {
        for (FleetNode other : turn.state().nodes().values()) {
            if (other.node().equals(adopted.node()) || other.tunnel().isEmpty()) {
                continue;
            }
            TunnelAddress theirs = other.tunnel().get();
            Optional<String> shared = List.of(
                            new Shared("status.mark", wanted.mark(), theirs.mark()),
                            new Shared("status.tunnel.ipv4", wanted.ipv4(), theirs.ipv4()),
                            new Shared("status.tunnel.ipv6", wanted.ipv6(), theirs.ipv6()),
                            new Shared("status.tunnel.mac", wanted.mac(), theirs.mac()))
                    .stream()
                    .filter(one -> one.ours().equals(one.theirs()))
                    .map(one -> one.field() + "=" + one.ours())
                    .findFirst();
            if (shared.isPresent()) {
                return Optional.of(new Refusal(
                        subject, RefusalReason.TUNNEL_IN_USE, shared.get() + " is node " + other.node() + "'s"));
            }
        }
        return Optional.empty();
    }

    private record Shared(String field, Object ours, Object theirs) {}
}
