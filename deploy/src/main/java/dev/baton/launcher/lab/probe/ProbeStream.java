package dev.baton.launcher.lab.probe;

import dev.baton.contract.IpAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Numbered datagrams of one pod in one family: when each was sent and when the external server saw it. Numbers tell a
 * loss from a late sender.
 */
public final class ProbeStream {
    /** About ten minutes of probes; older ones are forgotten. */
    private static final int KEPT = 1 << 17;

    static final int BYTES = 2 * Long.BYTES;

    private final long id;
    private final AtomicLongArray sent = new AtomicLongArray(KEPT);
    private final AtomicLongArray arrived = new AtomicLongArray(KEPT);
    private final AtomicLong next = new AtomicLong();
    private final Sightings sightings;

    /**
     * What was lost in a time.
     *
     * @param longest time in which the server saw nothing, while probes were sent
     */
    public record Loss(long probes, Duration longest) {}

    ProbeStream(long id, IpAddress expected) {
        this.id = id;
        this.sightings = new Sightings(Set.of(expected));
    }

    public Sightings sightings() {
        return sightings;
    }

    /** The next probe. */
    ByteBuffer take(long nowNanos) {
        long number = next.get();
        int slot = (int) (number % KEPT);
        arrived.set(slot, 0);
        sent.set(slot, nowNanos);
        next.set(number + 1);
        return ByteBuffer.allocate(BYTES).putLong(id).putLong(number).flip();
    }

    void seen(long number, long nowNanos, IpAddress source) {
        long newest = next.get();
        if (number >= 0 && number < newest && newest - number < KEPT) {
            arrived.compareAndSet((int) (number % KEPT), 0, nowNanos);
        }
        sightings.add(nowNanos, source);
    }

    /** Whether something sent after this has arrived, and so all before it that ever will. */
    public boolean isFlowingAfter(long nanos) {
        long newest = next.get();
        for (long number = newest - 1; number >= Math.max(0, newest - KEPT + 1); number--) {
            int slot = (int) (number % KEPT);
            if (sent.get(slot) - nanos < 0) {
                return false;
            }
            if (arrived.get(slot) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Of the probes sent in this time. A time that ends in silence counts up to its end. */
    public Loss loss(long fromNanos, long toNanos) {
        long newest = next.get();
        long lost = 0;
        long longest = 0;
        long lastSeen = fromNanos;
        boolean gap = false;
        for (long number = Math.max(0, newest - KEPT + 1); number < newest; number++) {
            int slot = (int) (number % KEPT);
            long at = sent.get(slot);
            if (at - fromNanos < 0 || at - toNanos > 0) {
                continue;
            }
            long seen = arrived.get(slot);
            if (seen == 0) {
                lost++;
                gap = true;
            } else {
                longest = gap ? Math.max(longest, seen - lastSeen) : longest;
                gap = false;
                lastSeen = seen;
            }
        }
        longest = gap ? Math.max(longest, toNanos - lastSeen) : longest;
        return new Loss(lost, Duration.ofNanos(longest));
    }
}
