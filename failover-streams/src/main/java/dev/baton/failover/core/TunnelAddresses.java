package dev.baton.failover.core;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.Optional;

/**
 * Allocates marks, and with a node's mark its tunnel addresses: mark {@code 0x26000000 + n} has the n-th address of
 * both tunnel subnets, so one number determines all three. The search for a free mark starts after the last allocated
 * one, so a freed mark is not used again for a long time, and nodes that still have it programmed have time to remove
 * it.
 */
final class TunnelAddresses {
    private TunnelAddresses() {}

    static Optional<TunnelAddress> allocate(Turn turn, NodeId node) {
        var taken = new BitSet();
        for (Table.Entry<NodeId, FleetNode> other : turn.state().nodes()) {
            other.value().tunnel().ifPresent(tunnel -> taken.set(tunnel.mark().value() - Mark.BASE));
        }
        Cidr ipv4 = turn.state().settings().tunnelIpv4Subnet();
        Cidr ipv6 = turn.state().settings().tunnelIpv6Subnet();
        if (turn.state().rules().include(Rules.ADOPTION)) {
            takeAdopted(turn, ipv4, ipv6, taken);
        }
        int last = Math.min(Math.min(hosts(ipv4), hosts(ipv6)), Mark.LAST_NODE.value() - Mark.BASE);
        Optional<Mark> mark = free(taken, turn.state().lastNodeMark(), Mark.FIRST_NODE, new Mark(Mark.BASE + last));
        mark.ifPresent(turn::lastNodeMark);
        return mark.map(
                given -> new TunnelAddress(MacAddress.ofNode(node), address(ipv4, given), address(ipv6, given), given));
    }

    /** An adopted tunnel's addresses need not belong to its mark: the marks that they do belong to are not free. */
    private static void takeAdopted(Turn turn, Cidr ipv4, Cidr ipv6, BitSet taken) {
        for (Table.Entry<NodeId, FleetNode> other : turn.state().nodes()) {
            other.value().tunnel().ifPresent(tunnel -> {
                take(taken, tunnel.ipv4(), ipv4);
                take(taken, tunnel.ipv6(), ipv6);
            });
        }
    }

    private static void take(BitSet taken, IpAddress address, Cidr subnet) {
        BigInteger number = address.number().subtract(subnet.network().number());
        if (subnet.contains(address) && number.bitLength() < 24) {
            taken.set(number.intValue());
        }
    }

    static Optional<Mark> allocateForEip(Turn turn) {
        Optional<Mark> mark = freeForEip(turn);
        mark.ifPresent(turn::lastEipMark);
        return mark;
    }

    /** Empty if as many EIPs are allocated as there are marks. */
    static Optional<Mark> freeForEip(Turn turn) {
        var taken = new BitSet();
        for (Table.Entry<Eip, FleetEip> eip : turn.state().eips()) {
            taken.set(eip.value().assignment().mark().value() - Mark.BASE);
        }
        return free(taken, turn.state().lastEipMark(), Mark.FIRST_EIP, Mark.LAST_EIP);
    }

    private static Optional<Mark> free(BitSet taken, Optional<Mark> after, Mark first, Mark last) {
        Mark start =
                after.filter(mark -> mark.compareTo(last) < 0).map(Mark::next).orElse(first);
        Mark candidate = start;
        while (taken.get(candidate.value() - Mark.BASE)) {
            candidate = candidate.compareTo(last) < 0 ? candidate.next() : first;
            if (candidate.equals(start)) {
                return Optional.empty();
            }
        }
        return Optional.of(candidate);
    }

    private static int hosts(Cidr subnet) {
        int bits = subnet.family().bits() - subnet.prefix();
        return bits >= 24 ? Integer.MAX_VALUE : (1 << bits) - 2;
    }

    private static IpAddress address(Cidr subnet, Mark mark) {
        return new IpAddress(
                subnet.family(), subnet.network().number().add(BigInteger.valueOf(mark.value() - Mark.BASE)));
    }
}
