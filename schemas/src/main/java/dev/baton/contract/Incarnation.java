package dev.baton.contract;

/**
 * Number of a node's session: grows each time the node's lease lapsed or its datapath was rebuilt.
 */
public record Incarnation(long number) implements Comparable<Incarnation> {
    /** Before the first one. */
    public static final Incarnation NONE = new Incarnation(0);

    public Incarnation {
        if (number < 0) {
            throw new IllegalArgumentException("incarnation: " + number + " is negative");
        }
    }

    /** Whether this one is newer than {@code other}. */
    public boolean supersedes(Incarnation other) {
        return number > other.number;
    }

    public Incarnation next() {
        return new Incarnation(number + 1);
    }

    @Override
    public int compareTo(Incarnation other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
