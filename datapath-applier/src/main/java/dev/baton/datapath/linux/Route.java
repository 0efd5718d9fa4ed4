package dev.baton.datapath.linux;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.Mark;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A default route in one of our tables, as we ask for it and as {@code ip} prints it. */
record Route(IpFamily family, int table, Kind kind, Optional<IpAddress> via) implements Comparable<Route> {
    /** Marks what is ours, so that read-back and cleanup touch nothing else: 38 is 0x26, as in the marks. */
    static final int PROTOCOL = 38;

    private static final Comparator<Route> ORDER = Comparator.comparing(Route::family)
            .thenComparing(Route::table)
            .thenComparing(Route::kind)
            .thenComparing(route -> route.via.map(IpAddress::toString).orElse(""));

    /** The metric ranks them: where several stand in a table, the first of these decides. */
    enum Kind {
        /** Held here: on to the main table. */
        THROW(50),
        VIA(100),
        /** Nobody to send to: dropped, and never on to the main table with the wrong source. */
        BLACKHOLE(4096);

        private final int metric;

        Kind(int metric) {
            this.metric = metric;
        }
    }

    String replace() {
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
        String hop = via.map(address -> " via " + address + " dev " + LinuxOptions.DEVICE + " onlink")
                .orElse("");
        return type + (family == IpFamily.V4 ? "0.0.0.0/0" : "::/0") + hop + " table " + Integer.toUnsignedString(table)
                + " metric " + kind.metric + " proto " + PROTOCOL;
    }

    /** What makes the kernel replace one route by another rather than keep both. */
    boolean sameSlot(Route other) {
        return family == other.family && table == other.table && kind == other.kind;
    }

    /** Reads a line of {@code ip route show table all proto 38}; empty for a route that we would not make. */
    static Optional<Route> parse(String line) {
        List<String> words = Arrays.asList(line.strip().split("\\s+"));
        var table = after(words, "table");
        if (table.isEmpty() || !table.get().matches("[0-9]{1,10}") || !words.contains("default")) {
            return Optional.empty();
        }
        var via = after(words, "via").map(IpAddress::parse);
        // Only IPv6 routes are printed with a preference.
        IpFamily family = words.contains("pref") ? IpFamily.V6 : IpFamily.V4;
        Kind kind = via.isPresent() ? Kind.VIA : words.contains("throw") ? Kind.THROW : Kind.BLACKHOLE;
        boolean metricIsOurs = after(words, "metric").equals(Optional.of(Integer.toString(kind.metric)));
        int number = Integer.parseUnsignedInt(table.get());
        boolean tableIsOurs = (number & Mark.MASK) == Mark.BASE;
        return metricIsOurs && tableIsOurs ? Optional.of(new Route(family, number, kind, via)) : Optional.empty();
    }

    static Optional<String> after(List<String> words, String word) {
        int at = words.indexOf(word);
        return at < 0 || at + 1 >= words.size() ? Optional.empty() : Optional.of(words.get(at + 1));
    }

    @Override
    public int compareTo(Route other) {
        return ORDER.compare(this, other);
    }
}
