package dev.baton.contract;

/**
 * Number of an EIP's assignment: grows with every assignment; the fencing token. Drawn from one counter per fleet, so
 * it also grows for an EIP that is freed and allocated again.
 */
public record Epoch(long number) implements Comparable<Epoch> {
    /** Before the first one. */
    public static final Epoch NONE = new Epoch(0);

    public Epoch {
        if (number < 0) {
            throw new IllegalArgumentException("epoch: " + number + " is negative");
        }
    }

    /** Whether this one is newer: a node that obeyed {@code other} must now obey this one. */
    public boolean supersedes(Epoch other) {
        return number > other.number;
    }

    public Epoch next() {
        return new Epoch(number + 1);
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
