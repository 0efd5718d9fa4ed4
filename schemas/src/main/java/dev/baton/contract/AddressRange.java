package dev.baton.contract;

import java.math.BigInteger;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One item of a pool: a single address, {@code first-last}, or a CIDR. An IPv4 CIDR of more than two addresses loses
 * its network and broadcast address, as in EgressGateway. Never enumerated: a /64 costs as much as one address.
 */
public record AddressRange(IpAddress first, IpAddress last) implements Comparable<AddressRange> {
    public AddressRange {
        if (first.family() != last.family() || first.compareTo(last) > 0) {
            throw new IllegalArgumentException("range " + first + "-" + last + " is not ascending within one family");
        }
    }

    /** @throws IllegalArgumentException with the text and what is allowed */
    public static AddressRange parse(String text) {
        int dash = text.indexOf('-');
        if (dash >= 0) {
            return new AddressRange(
                    IpAddress.parse(text.substring(0, dash)), IpAddress.parse(text.substring(dash + 1)));
        }
        if (text.indexOf('/') >= 0) {
            var cidr = Cidr.parse(text);
            boolean trimmed = cidr.family() == IpFamily.V4 && cidr.prefix() < 31;
            return trimmed
                    ? new AddressRange(
                            cidr.network().next(),
                            new IpAddress(IpFamily.V4, cidr.last().number().subtract(BigInteger.ONE)))
                    : new AddressRange(cidr.network(), cidr.last());
        }
        var address = IpAddress.parse(text);
        return new AddressRange(address, address);
    }

    /** All addresses of a network, its first and last too. */
    public static AddressRange whole(Cidr network) {
        return new AddressRange(network.network(), network.last());
    }

    public IpFamily family() {
        return first.family();
    }

    public BigInteger size() {
        return last.number().subtract(first.number()).add(BigInteger.ONE);
    }

    public boolean contains(IpAddress address) {
        return address.family() == family() && address.compareTo(first) >= 0 && address.compareTo(last) <= 0;
    }

    public boolean overlaps(AddressRange other) {
        return family() == other.family() && first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    /** The addresses that both have. */
    public Optional<AddressRange> common(AddressRange other) {
        return overlaps(other)
                ? Optional.of(new AddressRange(
                        first.compareTo(other.first) >= 0 ? first : other.first,
                        last.compareTo(other.last) <= 0 ? last : other.last))
                : Optional.empty();
    }

    /** What is left of this range: nothing, one range, or one on either side of the other. */
    Stream<AddressRange> without(AddressRange gone) {
        if (!overlaps(gone)) {
            return Stream.of(this);
        }
        Stream<AddressRange> below = first.compareTo(gone.first) < 0
                ? Stream.of(new AddressRange(first, gone.first.previous()))
                : Stream.empty();
        Stream<AddressRange> above =
                last.compareTo(gone.last) > 0 ? Stream.of(new AddressRange(gone.last.next(), last)) : Stream.empty();
        return Stream.concat(below, above);
    }

    @Override
    public int compareTo(AddressRange other) {
        int byFirst = first.compareTo(other.first);
        return byFirst != 0 ? byFirst : last.compareTo(other.last);
    }

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}
