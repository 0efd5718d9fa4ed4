package dev.baton.sim;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.datapath.KernelLease.Renewal;
import java.util.TreeMap;

/**
 * What a node's kernel holds: which EIPs, and the lease that gates their frames. It outlives every agent, ends the
 * lease by itself at its time, and forgets all without power.
 */
final class Kernel {
    /** A change that comes later after the reading of the clock is refused. */
    static final long GUARD = 40_000_000;

    /** Under which authority the agent put an EIP here. */
    record Held(Epoch epoch, Incarnation incarnation) {}

    private final CrookedClock clock;
    private final TreeMap<Eip, Held> held = new TreeMap<>();
    private long leaseEnds = Long.MIN_VALUE;
    private boolean fenced;

    Kernel(CrookedClock clock) {
        this.clock = clock;
    }

    boolean leaseRuns() {
        return leaseEnds > clock.scheduler().now();
    }

    /** In true time. */
    long leaseEnds() {
        return leaseEnds;
    }

    /** What is left of the lease on this machine's clock. */
    long remaining() {
        return leaseRuns() ? clock.localNanos(leaseEnds - clock.scheduler().now()) : 0;
    }

    /**
     * @param read the clock's reading from which {@code until} was reckoned: the kernel takes a time to go
     * @return false if that was so long ago that the guard refuses
     */
    boolean begin(long read, long until) {
        if (clock.now() - read > GUARD) {
            return false;
        }
        leaseEnds = clock.scheduler().now() + clock.trueNanos(until - read);
        return true;
    }

    Renewal renew(long read, long until) {
        if (!leaseRuns()) {
            return Renewal.LAPSED;
        }
        if (clock.now() - read > GUARD) {
            return Renewal.TOO_LATE;
        }
        leaseEnds = clock.scheduler().now() + clock.trueNanos(until - read);
        return Renewal.RENEWED;
    }

    void revoke() {
        leaseEnds = Long.MIN_VALUE;
    }

    void hold(Eip eip, Held authority) {
        held.put(eip, authority);
    }

    void letGo(Eip eip) {
        held.remove(eip);
    }

    void letGoAll() {
        held.clear();
    }

    boolean isFenced() {
        return fenced;
    }

    /** From now on only the lease lets frames out. */
    void fence() {
        fenced = true;
    }

    /** Somebody deletes all rules: nothing asks for the lease any more, and nothing is known of it. */
    void flushFence() {
        revoke();
        fenced = false;
    }

    void losePower() {
        revoke();
        letGoAll();
    }

    TreeMap<Eip, Held> held() {
        return held;
    }

    /** Whether frames with this EIP leave this machine now. */
    boolean emits(Eip eip) {
        return (leaseRuns() || !fenced) && held.containsKey(eip);
    }
}
