package dev.baton.datapath.linux;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A routing rule, the same in both families: packets with this mark look up this table.
 *
 * @param arrivals only those that came through the tunnel
 */
record Rule(int priority, int mark, boolean arrivals, int table) implements Comparable<Rule> {
    private static final Comparator<Rule> ORDER = Comparator.comparingInt(Rule::priority)
            .thenComparingInt(Rule::mark)
            .thenComparing(Rule::arrivals)
            .thenComparingInt(Rule::table);

    String add() {
        return "rule add " + text();
    }

    String delete() {
        return "rule del " + text();
    }

    private String text() {
        return "prio " + priority + (arrivals ? " iif " + LinuxOptions.DEVICE : "")
                + String.format(" fwmark 0x%08x", mark) + " lookup " + Integer.toUnsignedString(table) + " protocol "
                + Route.PROTOCOL;
    }

    /** Reads a line of {@code ip rule show}; empty if it is not ours. */
    static Optional<Rule> parse(String line) {
        List<String> words = Arrays.asList(line.strip().replace(":", " ").split("\\s+"));
        var mark = Route.after(words, "fwmark");
        var table = Route.after(words, "lookup");
        boolean ours = Route.after(words, "proto").equals(Optional.of(Integer.toString(Route.PROTOCOL)));
        if (!ours || mark.isEmpty() || table.isEmpty() || !table.get().matches("[0-9]{1,10}")) {
            return Optional.empty();
        }
        boolean arrivals = Route.after(words, "iif").equals(Optional.of(LinuxOptions.DEVICE));
        return Optional.of(new Rule(
                Integer.parseInt(words.getFirst()),
                Integer.decode(mark.get()),
                arrivals,
                Integer.parseUnsignedInt(table.get())));
    }

    @Override
    public int compareTo(Rule other) {
        return ORDER.compare(this, other);
    }
}
