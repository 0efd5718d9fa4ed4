package dev.baton.contract;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * Networks of which no address can be an EIP, because no router delivers such an address to one host, or no host
 * answers as its source. The types that a log is read into ({@link Pool}, {@link Eip}) accept such addresses, so that
 * recorded logs stay readable; whoever takes a new declaration refuses them.
 */
public enum ReservedNetwork {
    THIS_NETWORK("0.0.0.0/8", "unspecified"),
    LOOPBACK_V4("127.0.0.0/8", "loopback"),
    LINK_LOCAL_V4("169.254.0.0/16", "link-local"),
    MULTICAST_V4("224.0.0.0/4", "multicast"),
    BROADCAST("255.255.255.255/32", "broadcast"),
    RESERVED("240.0.0.0/4", "reserved"),
    UNSPECIFIED_V6("::/128", "unspecified"),
    LOOPBACK_V6("::1/128", "loopback"),
    MAPPED(IpFamily.V6, 0xffff_0000_0000L, 96, "IPv4-mapped"),
    LINK_LOCAL_V6("fe80::/10", "link-local"),
    MULTICAST_V6("ff00::/8", "multicast");

    private final Cidr network;
    private final String use;

    ReservedNetwork(String network, String use) {
        this.network = Cidr.parse(network);
        this.use = use;
    }

    /** For a network whose text {@link IpAddress} refuses. */
    ReservedNetwork(IpFamily family, long number, int prefix, String use) {
        this.network = new Cidr(new IpAddress(family, BigInteger.valueOf(number)), prefix);
        this.use = use;
    }

    public Cidr network() {
        return network;
    }

    /** Why some address of the pool cannot be an EIP; empty: all of them can. */
    public static Optional<String> problemOf(Pool pool) {
        return Arrays.stream(values())
                .flatMap(reserved -> pool.common(reserved.network).stream().map(reserved::problem))
                .findFirst();
    }

    /** The same of one address. */
    public static Optional<String> problemOf(IpAddress address) {
        return problemOf(Pool.of(address));
    }

    private String problem(AddressRange common) {
        return common + " cannot be an EIP: " + network + " is " + use;
    }
}
