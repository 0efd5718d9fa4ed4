package dev.baton.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters, in Prometheus' text format. */
public final class Counters {
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    /** @param labels names and values in turn; values must come from a fixed set, else the number of lines grows */
    public void add(String name, String... labels) {
        counts.computeIfAbsent(line(name, labels), _ -> new LongAdder()).increment();
    }

    /** For what is so now, such as whether something is on: 1 or 0. */
    public void set(String name, long value, String... labels) {
        var now = new LongAdder();
        now.add(value);
        counts.put(line(name, labels), now);
    }

    public long get(String name, String... labels) {
        LongAdder count = counts.get(line(name, labels));
        return count == null ? 0 : count.sum();
    }

    private static String line(String name, String... labels) {
        var line = new StringBuilder(name).append('{');
        for (int i = 0; i < labels.length; i += 2) {
            line.append(i == 0 ? "" : ",")
                    .append(labels[i])
                    .append("=\"")
                    .append(labels[i + 1])
                    .append('"');
        }
        return line.append('}').toString();
    }

    /** One line for each counter, sorted. */
    public String text() {
        var text = new StringBuilder();
        counts.forEach((name, count) ->
                text.append(name).append(' ').append(count.sum()).append('\n'));
        return text.toString();
    }
}
