package dev.baton.bridge.watch;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters, in Prometheus' text format. */
public final class Counters {
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    /** @param value must come from a fixed set (no user-chosen names), else the number of lines grows without bound */
    public void add(String name, String label, String value) {
        counts.computeIfAbsent(name + "{" + label + "=\"" + value + "\"}", _ -> new LongAdder())
                .increment();
    }

    public long get(String name, String label, String value) {
        LongAdder count = counts.get(name + "{" + label + "=\"" + value + "\"}");
        return count == null ? 0 : count.sum();
    }

    /** One line for each counter, sorted. */
    public String text() {
        var text = new StringBuilder();
        counts.forEach((name, count) ->
                text.append(name).append(' ').append(count.sum()).append('\n'));
        return text.toString();
    }
}
