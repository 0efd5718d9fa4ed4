package dev.baton.heartbeat.core;

/**
 * Heartbeat numbers of one incarnation. They are reserved in blocks in the run directory before they are used, so that
 * a restart begins above everything that may have been sent, at the price of one small write in five hundred
 * heartbeats.
 *
 * @param next the number to use next
 * @param limit numbers below this are reserved
 */
public record Sequences(long next, long limit) {
    private static final long BLOCK = 500;

    /** @param limit what an earlier process of this incarnation had reserved; 0 for a new incarnation */
    public static Sequences after(long limit) {
        return new Sequences(limit, limit);
    }

    public boolean isUsedUp() {
        return next >= limit;
    }

    /** To be written down before it is used. */
    public Sequences reserved() {
        return new Sequences(next, limit + BLOCK);
    }

    public Sequences taken() {
        if (isUsedUp()) {
            throw new IllegalStateException("sequence " + next + " is not below the reserved limit " + limit);
        }
        return new Sequences(next + 1, limit);
    }
}
