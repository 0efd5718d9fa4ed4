package dev.baton.datapath.linux.route;

import dev.baton.datapath.linux.tool.Words;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A routing rule, the same in both families: packets with this mark look up this table.
 *
 * @param arrivals only those that came through the tunnel
 */
public record Rule(int priority, int mark, boolean arrivals, int table) implements Comparable<Rule> {
    private static final Comparator<Rule> ORDER = Comparator.comparingInt(Rule::priority)
            .thenComparingInt(Rule::mark)
            .thenComparing(Rule::arrivals)
            .thenComparingInt(Rule::table);

    public String add() {
        return "rule add " + text();
    }

    String delete() {
        return "rule del " + text();
    }

    private String text() {
        return "prio " + priority + (arrivals ? " iif " + TunnelDevice.NAME : "")
                + String.format(" fwmark 0x%08x", mark) + " lookup " + Integer.toUnsignedString(table) + " protocol "
                + Route.PROTOCOL;
    }

    /** Reads a line of {@code ip rule show}; empty if the rule is not one of Baton's. */
    static Optional<Rule> parse(String line) {
        List<String> words = Words.of(line.replace(":", " "));
        var mark = Words.after(words, "fwmark");
        var table = Words.after(words, "lookup");
        boolean ours = Words.after(words, "proto").equals(Optional.of(Integer.toString(Route.PROTOCOL)));
        if (!ours || mark.isEmpty() || table.isEmpty() || !table.get().matches("[0-9]{1,10}")) {
            return Optional.empty();
        }
        boolean arrivals = Words.after(words, "iif").equals(Optional.of(TunnelDevice.NAME));
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
