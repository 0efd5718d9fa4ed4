package dev.baton.bridge.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The report's text by keys: first {@code summary}, whose lines count everything, then the rows. A ConfigMap may hold
 * 1 MiB and is written anew as a whole, so each part is bounded; what differs comes first, and the summary says how
 * much was left out.
 */
public final class Report {
    /** Of each of the at most five parts, so that all together stay below what a ConfigMap may hold. */
    private static final int MOST_BYTES = 180_000;

    private final List<String> summary = new ArrayList<>();
    private final SortedMap<String, String> parts = new TreeMap<>();

    /** @param pairs keys and values in turn */
    public Report say(String... pairs) {
        summary.add(Row.line(pairs));
        return this;
    }

    /** Rows that compare; the summary counts how many agree. */
    public Report rows(String part, List<Row> rows) {
        List<Row> sorted =
                rows.stream().sorted(Comparator.comparing(Row::agrees)).toList();
        long agree = rows.stream().filter(Row::agrees).count();
        int left = put(part, sorted.stream().map(Row::line).toList());
        return say(
                part,
                Integer.toString(rows.size()),
                "agree",
                Long.toString(agree),
                "differ",
                Long.toString(rows.size() - agree),
                "left_out",
                Integer.toString(left));
    }

    public Report lines(String part, List<String> lines) {
        int left = put(part, lines);
        return left == 0 ? this : say(part, Integer.toString(lines.size()), "left_out", Integer.toString(left));
    }

    /** @return how many lines there was no room for */
    private int put(String part, List<String> lines) {
        var text = new StringBuilder();
        int bytes = 0;
        int taken = 0;
        for (String line : lines) {
            bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
            if (bytes > MOST_BYTES) {
                break;
            }
            text.append(line).append('\n');
            taken++;
        }
        parts.put(part, text.toString());
        return lines.size() - taken;
    }

    /** By the ConfigMap's keys. */
    public SortedMap<String, String> text() {
        var text = new TreeMap<>(parts);
        text.put("summary", String.join("\n", summary) + "\n");
        return text;
    }
}
