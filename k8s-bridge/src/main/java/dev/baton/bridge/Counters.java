package dev.baton.bridge;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts, in the text form that Prometheus reads. */
public final class Counters {
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    /** @param value of an enum or a kind: never of anything that users name, or the number of lines had no bound */
    void add(String name, String label, String value) {
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
