package dev.baton.contract;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What moves between nodes as one: an address of either family, or a pair of both; or a gateway's node-address slot
 * ({@code useNodeIP}: traffic leaves with the holder's own address).
 *
 * @param nodeAddressOf the gateway whose node-address slot this is; then both addresses are absent
 */
public record Eip(Optional<IpAddress> ipv4, Optional<IpAddress> ipv6, Optional<GatewayId> nodeAddressOf)
        implements Comparable<Eip> {
    private static final String NODE_ADDRESS = "node-address:";
    private static final Comparator<Optional<IpAddress>> ADDRESS_ORDER =
            Comparator.comparing(address -> address.orElse(null), Comparator.nullsFirst(Comparator.naturalOrder()));
    private static final Comparator<Eip> ORDER = Comparator.comparing(Eip::ipv4, ADDRESS_ORDER)
            .thenComparing(Eip::ipv6, ADDRESS_ORDER)
            .thenComparing(eip -> eip.nodeAddressOf.map(GatewayId::value).orElse(""));

    public Eip {
        if (ipv4.isPresent() && ipv4.get().family() != IpFamily.V4) {
            throw new IllegalArgumentException("ipv4: " + ipv4.get() + " is not an IPv4 address");
        }
        if (ipv6.isPresent() && ipv6.get().family() != IpFamily.V6) {
            throw new IllegalArgumentException("ipv6: " + ipv6.get() + " is not an IPv6 address");
        }
        if (nodeAddressOf.isPresent() == (ipv4.isPresent() || ipv6.isPresent())) {
            throw new IllegalArgumentException("an EIP has one or two addresses, or is a gateway's node-address slot");
        }
    }

    public static Eip of(Optional<IpAddress> ipv4, Optional<IpAddress> ipv6) {
        return new Eip(ipv4, ipv6, Optional.empty());
    }

    public static Eip nodeAddressOf(GatewayId gateway) {
        return new Eip(Optional.empty(), Optional.empty(), Optional.of(gateway));
    }

    /** Reads what {@link #toString} writes: {@code 10.6.1.56}, {@code fd00::55}, or {@code 10.6.1.56+fd00::55}. */
    public static Eip parse(String text) {
        if (text.startsWith(NODE_ADDRESS)) {
            return nodeAddressOf(new GatewayId(text.substring(NODE_ADDRESS.length())));
        }
        Optional<IpAddress> v4 = Optional.empty();
        Optional<IpAddress> v6 = Optional.empty();
        for (String part : text.split("\\+", -1)) {
            var address = IpAddress.parse(part);
            if (address.family() == IpFamily.V4) {
                v4 = Optional.of(address);
            } else {
                v6 = Optional.of(address);
            }
        }
        return of(v4, v6);
    }

    public boolean isNodeAddress() {
        return nodeAddressOf.isPresent();
    }

    /** Its one or two addresses, IPv4 first; none for a node-address slot. */
    public List<IpAddress> addresses() {
        return Stream.of(ipv4, ipv6).flatMap(Optional::stream).toList();
    }

    public boolean has(IpAddress address) {
        return ipv4.filter(address::equals).isPresent()
                || ipv6.filter(address::equals).isPresent();
    }

    @Override
    public int compareTo(Eip other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return nodeAddressOf
                .map(gateway -> NODE_ADDRESS + gateway)
                .orElseGet(() -> addresses().stream()
                        .map(IpAddress::toString)
                        .reduce((a, b) -> a + "+" + b)
                        .orElseThrow());
    }
}
