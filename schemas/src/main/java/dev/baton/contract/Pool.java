package dev.baton.contract;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The addresses of one family that a gateway may hand out: sorted, disjoint ranges. */
public record Pool(List<AddressRange> ranges) {
    public static final Pool EMPTY = new Pool(List.of());

    public Pool {
        ranges = merged(ranges);
    }

    /**
     * Reads a pool as EgressGateway's users write it.
     *
     * @throws IllegalArgumentException naming {@code field}, the item and what is allowed
     */
    public static Pool parse(String field, IpFamily family, List<String> items) {
        var ranges = new ArrayList<AddressRange>();
        for (String item : items) {
            AddressRange range;
            try {
                range = AddressRange.parse(item.strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        field + ": " + e.getMessage() + "; a pool item is an address, first-last, or a CIDR", e);
            }
            if (range.family() != family) {
                throw new IllegalArgumentException(field + ": \"" + item + "\" is not of family " + family);
            }
            ranges.add(range);
        }
        return new Pool(ranges);
    }

    public static Pool of(IpAddress address) {
        return new Pool(List.of(new AddressRange(address, address)));
    }

    private static List<AddressRange> merged(List<AddressRange> ranges) {
        var sorted = new ArrayList<>(ranges);
        sorted.sort(null);
        var merged = new ArrayList<AddressRange>();
        for (AddressRange range : sorted) {
            AddressRange top = merged.isEmpty() ? null : merged.getLast();
            if (top != null && top.overlaps(range)) {
                IpAddress last = top.last().compareTo(range.last()) >= 0 ? top.last() : range.last();
                merged.set(merged.size() - 1, new AddressRange(top.first(), last));
            } else {
                merged.add(range);
            }
        }
        return List.copyOf(merged);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public BigInteger size() {
        return ranges.stream().map(AddressRange::size).reduce(BigInteger.ZERO, BigInteger::add);
    }

    public boolean contains(IpAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** The first of this pool's addresses that lie in the network. */
    public Optional<AddressRange> common(Cidr network) {
        AddressRange whole = AddressRange.whole(network);
        return ranges.stream().flatMap(range -> range.common(whole).stream()).findFirst();
    }

    /** This pool less the addresses of the network. */
    public Pool without(Cidr network) {
        AddressRange gone = AddressRange.whole(network);
        return ranges.stream().anyMatch(gone::overlaps)
                ? new Pool(ranges.stream().flatMap(range -> range.without(gone)).toList())
                : this;
    }

    public boolean overlaps(Pool other) {
        return ranges.stream().anyMatch(mine -> other.ranges.stream().anyMatch(mine::overlaps));
    }

    /**
     * The first address after {@code previous} (wrapping round) that is not taken. Looks at no more addresses than are
     * taken, plus one for each range, however large the pool is.
     */
    public Optional<IpAddress> firstFreeAfter(Optional<IpAddress> previous, Predicate<IpAddress> taken) {
        for (AddressRange range : ranges) {
            if (previous.isPresent() && range.last().compareTo(previous.get()) <= 0) {
                continue;
            }
            IpAddress start = previous.isPresent() && range.contains(previous.get())
                    ? previous.get().next()
                    : range.first();
            Optional<IpAddress> free = firstFree(start, range.last(), taken);
            if (free.isPresent()) {
                return free;
            }
        }
        return previous.isPresent() ? firstFreeAfter(Optional.empty(), taken) : Optional.empty();
    }

    private static Optional<IpAddress> firstFree(IpAddress from, IpAddress to, Predicate<IpAddress> taken) {
        IpAddress candidate = from;
        while (taken.test(candidate)) {
            if (candidate.equals(to)) {
                return Optional.empty();
            }
            candidate = candidate.next();
        }
        return Optional.of(candidate);
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
