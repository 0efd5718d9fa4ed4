package dev.baton.sim.model;

import java.util.Random;
import java.util.TreeSet;

/**
 * The way between one machine and the logs, which may lead over different brokers: it can be cut in one direction, or
 * to some of the logs only.
 */
public final class Link {
    private static final long FASTEST = 200_000;

    private final Random random;
    private final long usual;
    private final long clogging;
    /** Names of logs whose leaders cannot be reached. */
    private final TreeSet<String> unreachable = new TreeSet<>();

    private boolean canSend = true;
    private boolean canReceive = true;
    private boolean clogged;

    /**
     * @param usual the longest delay of one way
     * @param clogging the same when it is clogged
     */
    public Link(Random random, long usual, long clogging) {
        this.random = random;
        this.usual = usual;
        this.clogging = clogging;
    }

    boolean canSend(SimLog<?> to) {
        return canSend && !unreachable.contains(to.name());
    }

    boolean canReceive(SimLog<?> from) {
        return canReceive && !unreachable.contains(from.name());
    }

    /** Whether a question to the log's leader gets an answer. */
    public boolean reaches(SimLog<?> log) {
        return canSend(log) && canReceive(log) && log.isUp();
    }

    public void cutSending() {
        canSend = false;
    }

    public void cutReceiving() {
        canReceive = false;
    }

    /** To and from one log. */
    public void cut(SimLog<?> log) {
        unreachable.add(log.name());
    }

    public void clog() {
        clogged = true;
    }

    public void heal() {
        canSend = true;
        canReceive = true;
        clogged = false;
        unreachable.clear();
    }

    /** One way, once. */
    public long delay() {
        return FASTEST + Math.round(random.nextDouble() * (clogged ? clogging : usual));
    }
}
