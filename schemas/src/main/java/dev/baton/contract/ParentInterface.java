package dev.baton.contract;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The interface that carries a node's tunnel, and what else the node says of its place on the wire.
 *
 * @param networks in which the node has an address of its own on any interface; empty: it did not say
 * @param macs Ethernet addresses of its interfaces in these networks
 * @param paths to other nodes that it probes through its tunnel, by name of the target
 * @param claims of other machines to EIPs that the node holds, heard within the last minute; a few of them
 * @param mode whether the agent programs the node
 */
public record ParentInterface(
        String name,
        Optional<IpAddress> ipv4,
        Optional<IpAddress> ipv6,
        List<Cidr> networks,
        List<MacAddress> macs,
        List<ObservedPath> paths,
        List<AddressClaim> claims,
        DatapathMode mode) {
    public ParentInterface {
        networks = List.copyOf(networks);
        macs = List.copyOf(macs);
        paths = List.copyOf(paths);
        claims = List.copyOf(claims);
    }

    /** Of a node that says neither in which networks it is nor whether its agent acts. */
    public ParentInterface(String name, Optional<IpAddress> ipv4, Optional<IpAddress> ipv6) {
        this(name, ipv4, ipv6, List.of(), List.of(), List.of(), List.of(), DatapathMode.UNSAID);
    }

    public ParentInterface withNetworks(List<Cidr> changed, List<MacAddress> their) {
        return new ParentInterface(name, ipv4, ipv6, changed, their, paths, claims, mode);
    }

    public ParentInterface withPaths(List<ObservedPath> observed) {
        return new ParentInterface(name, ipv4, ipv6, networks, macs, observed, claims, mode);
    }

    public ParentInterface withMode(DatapathMode said) {
        return new ParentInterface(name, ipv4, ipv6, networks, macs, paths, claims, said);
    }

    public ParentInterface withClaims(List<AddressClaim> heard) {
        return new ParentInterface(name, ipv4, ipv6, networks, macs, paths, heard, mode);
    }

    /** Where the node is, without what it says of others. */
    public ParentInterface withoutOthers() {
        return withPaths(List.of()).withClaims(List.of());
    }

    /** As these rules know it: a coordinator that folds by them may not be able to read the rest. */
    public ParentInterface under(Rules rules) {
        if (!rules.include(Rules.SEGMENTS)) {
            return new ParentInterface(name, ipv4, ipv6);
        }
        if (rules.include(Rules.MODES)) {
            return this;
        }
        ParentInterface known = withClaims(List.of()).withMode(DatapathMode.UNSAID);
        return rules.include(Rules.PATHS) ? known : known.withPaths(List.of());
    }

    /** Its one or two addresses, IPv4 first. */
    public List<IpAddress> addresses() {
        return Stream.of(ipv4, ipv6).flatMap(Optional::stream).toList();
    }

    public boolean has(IpAddress address) {
        return addresses().contains(address);
    }

    /** Whether they have an address in common: if not, nothing shows that they belong to one machine. */
    public boolean meets(ParentInterface other) {
        return addresses().stream().anyMatch(other::has);
    }
}
