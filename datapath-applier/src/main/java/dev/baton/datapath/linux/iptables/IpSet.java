package dev.baton.datapath.linux.iptables;

import dev.baton.contract.Cidr;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The contents of a set of ipset, of the type that EgressGateway's sets have.
 *
 * @param members as ipset prints them
 */
record IpSet(IpFamily family, SortedSet<String> members) {
    private static final int LEAST_ROOM = 65_536;
    private static final String EXCEPT = " nomatch";

    IpSet {
        members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
    }

    static IpSet ofAddresses(IpFamily family, Stream<IpAddress> addresses) {
        var members = new TreeSet<String>();
        addresses
                .filter(address -> address.family() == family)
                .map(IpAddress::toString)
                .forEach(members::add);
        return new IpSet(family, members);
    }

    /** @param without what lies in these is not in the set, unless a smaller network says otherwise */
    static IpSet ofNetworks(IpFamily family, List<Cidr> networks, List<Cidr> without) {
        var members = new TreeSet<String>();
        without.forEach(cidr -> parts(cidr).forEach(part -> members.add(text(part) + EXCEPT)));
        networks.forEach(cidr -> parts(cidr).forEach(part -> {
            members.remove(text(part) + EXCEPT);
            members.add(text(part));
        }));
        return new IpSet(family, members);
    }

    /** Such a set does not take everything as one network. */
    private static List<Cidr> parts(Cidr cidr) {
        if (cidr.prefix() > 0) {
            return List.of(cidr);
        }
        var half = new Cidr(cidr.network(), 1);
        var above = new IpAddress(
                cidr.family(), cidr.network().number().setBit(cidr.family().bits() - 1));
        return List.of(half, new Cidr(above, 1));
    }

    private static String text(Cidr cidr) {
        return cidr.prefix() == cidr.family().bits() ? cidr.network().toString() : cidr.toString();
    }

    /** A member as {@code ipset save} prints it, written as this class writes it. */
    static String normal(String member) {
        int end = member.indexOf(' ');
        String network = end < 0 ? member : member.substring(0, end);
        String rest = end < 0 ? "" : member.substring(end);
        return (network.contains("/")
                        ? text(Cidr.parse(network))
                        : IpAddress.parse(network).toString())
                + rest;
    }

    /** How it is made. The numbers are EgressGateway's, so that {@code ipset list} prints the same. */
    String creation(String name) {
        int room = Math.max(LEAST_ROOM, Integer.highestOneBit(members.size()) * 2);
        return "create " + name + " hash:net family " + (family == IpFamily.V4 ? "inet" : "inet6")
                + " hashsize 1024 maxelem " + room + "\n";
    }

    String additions(String name) {
        var lines = new StringBuilder();
        members.forEach(member ->
                lines.append("add ").append(name).append(' ').append(member).append('\n'));
        return lines.toString();
    }
}
