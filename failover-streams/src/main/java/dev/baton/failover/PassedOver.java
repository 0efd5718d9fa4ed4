package dev.baton.failover;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Counts the records that could not be read, by log. The first is told at once, and from then on one in a while: a
 * newer agent's heartbeats come twice a second.
 */
final class PassedOver {
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(30);

    private record Count(long all, long toldAtNanos) {}

    private final Map<String, Count> byLog = new TreeMap<>();

    /** @return how many there were so far, if that is to be told now */
    synchronized OptionalLong one(String log, long nowNanos) {
        Count before = byLog.getOrDefault(log, new Count(0, nowNanos - AGAIN_AFTER.toNanos()));
        boolean tell = nowNanos - before.toldAtNanos() >= AGAIN_AFTER.toNanos();
        var now = new Count(before.all() + 1, tell ? nowNanos : before.toldAtNanos());
        byLog.put(log, now);
        return tell ? OptionalLong.of(now.all()) : OptionalLong.empty();
    }
}
