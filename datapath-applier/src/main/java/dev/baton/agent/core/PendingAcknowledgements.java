package dev.baton.agent.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.Eip;
import dev.baton.contract.Incarnation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledgements that the log does not have yet. Bounded: at most one an EIP, the newest, since the coordinator
 * ignores older epochs.
 */
public record PendingAcknowledgements(SortedMap<Eip, Pending> pending) {
    private static final Duration RETRY_AFTER = Duration.ofMillis(100);

    /**
     * One of them.
     *
     * @param inFlight whether it was sent and nothing is known of it yet
     * @param dueNanos when it is to be sent, if it is not in flight
     */
    public record Pending(DatapathAcknowledged acknowledgement, boolean inFlight, long dueNanos) {}

    /** What is to be sent now, and what is pending then. */
    public record Due(PendingAcknowledgements rest, List<DatapathAcknowledged> acknowledgements) {}

    public static PendingAcknowledgements none() {
        return new PendingAcknowledgements(Collections.emptySortedMap());
    }

    public PendingAcknowledgements with(List<DatapathAcknowledged> acknowledgements, long nowNanos) {
        var all = new TreeMap<>(pending);
        acknowledgements.forEach(one -> all.put(one.eip(), new Pending(one, false, nowNanos)));
        return of(all);
    }

    /**
     * What is due now counts as sent. Dropped are acknowledgements of earlier incarnations, and of earlier epochs: this
     * node may have let go since.
     *
     * @param read the newest assignment of each EIP
     */
    public Due due(Incarnation current, Map<Eip, Assignment> read, long nowNanos) {
        if (pending.isEmpty()) {
            return new Due(this, List.of());
        }
        var rest = new TreeMap<Eip, Pending>();
        var due = new ArrayList<DatapathAcknowledged>();
        pending.forEach((eip, one) -> {
            if (!one.acknowledgement().incarnation().equals(current) || isOver(one.acknowledgement(), read.get(eip))) {
                return;
            }
            boolean now = !one.inFlight() && one.dueNanos() - nowNanos <= 0;
            if (now) {
                due.add(one.acknowledgement());
            }
            rest.put(eip, now ? new Pending(one.acknowledgement(), true, nowNanos) : one);
        });
        return new Due(of(rest), due);
    }

    private static boolean isOver(DatapathAcknowledged acknowledgement, @Nullable Assignment read) {
        return read != null && read.epoch().compareTo(acknowledgement.epoch()) > 0;
    }

    /** The log has it. */
    public PendingAcknowledgements arrived(DatapathAcknowledged acknowledgement) {
        if (!isPending(acknowledgement)) {
            return this;
        }
        var rest = new TreeMap<>(pending);
        rest.remove(acknowledgement.eip());
        return of(rest);
    }

    /** Sent, and perhaps lost: it is sent again after a while. */
    public PendingAcknowledgements lost(DatapathAcknowledged acknowledgement, long nowNanos) {
        if (!isPending(acknowledgement)) {
            return this;
        }
        var rest = new TreeMap<>(pending);
        rest.put(acknowledgement.eip(), new Pending(acknowledgement, false, nowNanos + RETRY_AFTER.toNanos()));
        return of(rest);
    }

    /** False when the acknowledgement of a newer epoch took its place meanwhile. */
    private boolean isPending(DatapathAcknowledged acknowledgement) {
        Pending known = pending.get(acknowledgement.eip());
        return known != null && known.acknowledgement().equals(acknowledgement);
    }

    private static PendingAcknowledgements of(SortedMap<Eip, Pending> all) {
        return new PendingAcknowledgements(Collections.unmodifiableSortedMap(all));
    }
}
