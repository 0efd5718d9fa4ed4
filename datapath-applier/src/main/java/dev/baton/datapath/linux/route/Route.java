package dev.baton.datapath.linux.route;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.Mark;
import dev.baton.datapath.linux.tool.Words;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A default route in one of Baton's tables, as {@code ip} takes it and prints it. */
public record Route(IpFamily family, int table, Kind kind, Optional<IpAddress> via) implements Comparable<Route> {
    /** The protocol number of Baton's routes: reading back and cleanup touch no others. 38 is 0x26, as in the marks. */
    static final int PROTOCOL = 38;

    private static final Comparator<Route> ORDER = Comparator.comparing(Route::family)
            .thenComparing(Route::table)
            .thenComparing(Route::kind)
            .thenComparing(route -> route.via.map(IpAddress::toString).orElse(""));

    /** Where several stand in a table, the one with the lowest metric decides: the first of these. */
    public enum Kind {
        /** This node holds the EIP: the main table decides. */
        THROW(50),
        VIA(100),
        /** There is no node to send to: the packet is dropped, so the main table never sends it with a wrong source. */
        BLACKHOLE(4096);

        private final int metric;

        Kind(int metric) {
            this.metric = metric;
        }
    }

    public String replace() {
        return "route replace " + text();
    }

    String delete() {
        return "route del " + text();
    }

    private String text() {
        String type = switch (kind) {
            case THROW -> "throw ";
            case BLACKHOLE -> "blackhole ";
            case VIA -> "";
        };
        String hop = via.map(address -> " via " + address + " dev " + TunnelDevice.NAME + " onlink")
                .orElse("");
        return type + (family == IpFamily.V4 ? "0.0.0.0/0" : "::/0") + hop + " table " + Integer.toUnsignedString(table)
                + " metric " + kind.metric + " proto " + PROTOCOL;
    }

    /** Whether the kernel replaces one by the other rather than keep both. */
    boolean sameSlot(Route other) {
        return family == other.family && table == other.table && kind == other.kind;
    }

    /** Reads a line of {@code ip route show table all proto 38}; empty for a route that Baton would not make. */
    static Optional<Route> parse(String line) {
        List<String> words = Words.of(line);
        var table = Words.after(words, "table");
        if (table.isEmpty() || !table.get().matches("[0-9]{1,10}") || !words.contains("default")) {
            return Optional.empty();
        }
        var via = Words.after(words, "via").map(IpAddress::parse);
        // Only IPv6 routes are printed with a preference.
        IpFamily family = words.contains("pref") ? IpFamily.V6 : IpFamily.V4;
        Kind kind = via.isPresent() ? Kind.VIA : words.contains("throw") ? Kind.THROW : Kind.BLACKHOLE;
        boolean metricIsOurs = Words.after(words, "metric").equals(Optional.of(Integer.toString(kind.metric)));
        int number = Integer.parseUnsignedInt(table.get());
        boolean tableIsOurs = (number & Mark.MASK) == Mark.BASE;
        return metricIsOurs && tableIsOurs ? Optional.of(new Route(family, number, kind, via)) : Optional.empty();
    }

    @Override
    public int compareTo(Route other) {
        return ORDER.compare(this, other);
    }
}
