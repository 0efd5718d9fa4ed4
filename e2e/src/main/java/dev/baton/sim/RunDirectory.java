package dev.baton.sim;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import java.util.TreeMap;

/** What an agent leaves for its next life on the same boot. */
final class RunDirectory {
    private Incarnation incarnation = Incarnation.NONE;
    private long sequenceLimit;
    private boolean spent = true;
    private TreeMap<Eip, Epoch> seen = new TreeMap<>();
    private TreeMap<Eip, Epoch> refused = new TreeMap<>();

    Incarnation incarnation() {
        return incarnation;
    }

    /** Whether the incarnation must not be used again. */
    boolean isSpent() {
        return spent;
    }

    void begin(Incarnation next) {
        incarnation = next;
        sequenceLimit = 0;
        spent = false;
        refused = new TreeMap<>();
    }

    void spend() {
        spent = true;
    }

    /** Heartbeat numbers from here on were never used. */
    long sequenceLimit() {
        return sequenceLimit;
    }

    void reserve(long limit) {
        sequenceLimit = limit;
    }

    TreeMap<Eip, Epoch> seen() {
        return seen;
    }

    void saw(Eip eip, Epoch epoch) {
        seen.merge(eip, epoch, (a, b) -> b.supersedes(a) ? b : a);
    }

    /**
     * The assignment was answered with FAILED, and the coordinator counts on it: it must not succeed later, not even after
     * a restart.
     */
    void refuse(Eip eip, Epoch epoch) {
        refused.put(eip, epoch);
    }

    boolean hasRefused(Eip eip, Epoch epoch) {
        return epoch.equals(refused.get(eip));
    }

    void lose() {
        seen = new TreeMap<>();
        refused = new TreeMap<>();
        spent = true;
        incarnation = Incarnation.NONE;
    }
}
