package dev.baton.agent.core;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Incarnation;
import dev.baton.contract.ParentInterface;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the datapath was brought to, and how it stands.
 *
 * @param open whether it was opened: until then nothing can be programmed
 * @param parent the interface under the tunnel, which heartbeats tell the peers
 * @param appliedAs the incarnation that it was last brought to
 * @param foldedOffset offset of the fleet log up to which it obeys; -1: it was brought to nothing yet
 * @param broken why the last change of the whole failed; empty: it did not
 * @param drift what the checks found and could not repair
 * @param failed EIPs that could not be programmed, until the coordinator is told
 * @param retryNanos when what failed may be tried again; a failing tool is not called in a loop
 * @param checkNanos when to look for drift again
 */
public record Programmed(
        boolean open,
        Optional<ParentInterface> parent,
        Incarnation appliedAs,
        long foldedOffset,
        Optional<DatapathFault> broken,
        Drift drift,
        SortedMap<Eip, EipFailure> failed,
        long retryNanos,
        long checkNanos) {
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);
    private static final Duration CHECK_EVERY = Duration.ofMillis(250);

    static Programmed closed(long nowNanos) {
        return new Programmed(
                false,
                Optional.empty(),
                Incarnation.NONE,
                -1,
                Optional.empty(),
                Drift.NONE,
                Collections.emptySortedMap(),
                nowNanos,
                nowNanos);
    }

    Programmed opened() {
        return new Programmed(
                true, parent, appliedAs, foldedOffset, Optional.empty(), drift, failed, retryNanos, checkNanos);
    }

    /** Heartbeats carry the parent interface that peers tunnel to; leaving it out would cut this node off. */
    Programmed with(Optional<ParentInterface> changed) {
        return new Programmed(open, changed, appliedAs, foldedOffset, broken, drift, failed, retryNanos, checkNanos);
    }

    Programmed applied(Incarnation incarnation, long cause, SortedMap<Eip, EipFailure> faults, long nowNanos) {
        long retry = faults.isEmpty() ? retryNanos : nowNanos + RETRY_AFTER.toNanos();
        return new Programmed(open, parent, incarnation, cause, Optional.empty(), drift, faults, retry, checkNanos);
    }

    Programmed broke(DatapathFault fault, long nowNanos) {
        return new Programmed(
                open,
                parent,
                appliedAs,
                foldedOffset,
                Optional.of(fault),
                drift,
                failed,
                nowNanos + RETRY_AFTER.toNanos(),
                checkNanos);
    }

    Programmed checking(long nowNanos) {
        long next = nowNanos + CHECK_EVERY.toNanos();
        return new Programmed(open, parent, appliedAs, foldedOffset, broken, drift, failed, retryNanos, next);
    }

    Programmed checked(DatapathFault found) {
        Drift now = drift.after(found);
        return new Programmed(open, parent, appliedAs, foldedOffset, broken, now, failed, retryNanos, checkNanos);
    }

    /** The coordinator is told of these failures: they are not tried again. */
    Programmed told(Iterable<Eip> eips) {
        var rest = new TreeMap<>(failed);
        eips.forEach(rest::remove);
        return new Programmed(
                open,
                parent,
                appliedAs,
                foldedOffset,
                broken,
                drift,
                Collections.unmodifiableSortedMap(rest),
                retryNanos,
                checkNanos);
    }

    boolean isTooEarly(long nowNanos) {
        return broken.isPresent() && retryNanos - nowNanos > 0;
    }

    boolean isToBeTriedAgain(long nowNanos) {
        return (broken.isPresent() || !failed.isEmpty()) && retryNanos - nowNanos <= 0;
    }

    boolean isCheckDue(boolean disturbed, long nowNanos) {
        return open && (disturbed || checkNanos - nowNanos <= 0);
    }
}
