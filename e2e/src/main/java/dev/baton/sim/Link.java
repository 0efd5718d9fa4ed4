package dev.baton.sim;

import java.util.Random;

/** One machine's way to the logs and back: each direction can be cut, and both can be clogged. */
final class Link {
    private static final long FASTEST = 200_000;

    private final Random random;
    private final long usual;
    private final long clogging;
    private boolean canSend = true;
    private boolean canReceive = true;
    private boolean clogged;

    /**
     * @param usual the longest delay of one way
     * @param clogging the same when it is clogged
     */
    Link(Random random, long usual, long clogging) {
        this.random = random;
        this.usual = usual;
        this.clogging = clogging;
    }

    boolean canSend() {
        return canSend;
    }

    boolean canReceive() {
        return canReceive;
    }

    void cutSending() {
        canSend = false;
    }

    void cutReceiving() {
        canReceive = false;
    }

    void clog() {
        clogged = true;
    }

    void heal() {
        canSend = true;
        canReceive = true;
        clogged = false;
    }

    /** One way, once. */
    long delay() {
        return FASTEST + Math.round(random.nextDouble() * (clogged ? clogging : usual));
    }
}
