package dev.baton.contract;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A network, host bits cleared: {@code 10.0.0.0/8}, {@code fd00::/64}. */
public record Cidr(IpAddress network, int prefix) implements Comparable<Cidr> {
    public Cidr {
        if (prefix < 0 || prefix > network.family().bits()) {
            throw new IllegalArgumentException("prefix length " + prefix + " of " + network + " is not within 0.."
                    + network.family().bits());
        }
        BigInteger hosts =
                BigInteger.ONE.shiftLeft(network.family().bits() - prefix).subtract(BigInteger.ONE);
        network = new IpAddress(network.family(), network.number().andNot(hosts));
    }

    /** @throws IllegalArgumentException with the text and what is allowed; a bare address is refused */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a CIDR; allowed are forms like 192.168.1.0/24 and fd00::/64");
        }
        return new Cidr(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    public IpFamily family() {
        return network.family();
    }

    public IpAddress last() {
        BigInteger hosts = BigInteger.ONE.shiftLeft(family().bits() - prefix).subtract(BigInteger.ONE);
        return new IpAddress(family(), network.number().or(hosts));
    }

    public boolean contains(IpAddress address) {
        return address.family() == family() && address.compareTo(network) >= 0 && address.compareTo(last()) <= 0;
    }

    public boolean contains(Cidr other) {
        return prefix <= other.prefix && contains(other.network);
    }

    /** The fewest networks with the same addresses, sorted. */
    public static List<Cidr> merged(Collection<Cidr> networks) {
        var merged = new ArrayList<Cidr>();
        networks.stream().sorted().forEach(next -> {
            if (!merged.isEmpty() && merged.getLast().contains(next.network())) {
                return;
            }
            merged.add(next);
            while (merged.size() > 1 && merged.get(merged.size() - 2).isOtherHalfOf(merged.getLast())) {
                Cidr half = merged.removeLast();
                merged.removeLast();
                merged.add(new Cidr(half.network, half.prefix - 1));
            }
        });
        return List.copyOf(merged);
    }

    private boolean isOtherHalfOf(Cidr other) {
        return prefix == other.prefix
                && prefix > 0
                && !equals(other)
                && new Cidr(network, prefix - 1).equals(new Cidr(other.network, prefix - 1));
    }

    @Override
    public int compareTo(Cidr other) {
        int byNetwork = network.compareTo(other.network);
        return byNetwork != 0 ? byNetwork : Integer.compare(prefix, other.prefix);
    }

    @Override
    public String toString() {
        return network + "/" + prefix;
    }
}
