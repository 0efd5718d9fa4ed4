package dev.baton.launcher.agent;

import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.Eip;
import dev.baton.contract.Incarnation;
import dev.baton.heartbeat.Gate;
import dev.baton.heartbeat.HeartbeatLog;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sends acknowledgements until the log has them. Bounded: at most one an EIP, the newest, since the coordinator ignores
 * older epochs.
 */
final class Acknowledger {
    private static final Duration RETRY_AFTER = Duration.ofMillis(100);

    private record Pending(DatapathAcknowledged acknowledgement, boolean inFlight, long dueNanos) {}

    private final HeartbeatLog log;
    private final Gate gate;
    private final SortedMap<Eip, Pending> pending = new TreeMap<>();

    Acknowledger(HeartbeatLog log, Gate gate) {
        this.log = log;
        this.gate = gate;
    }

    synchronized void add(DatapathAcknowledged acknowledgement, long nowNanos) {
        pending.put(acknowledgement.eip(), new Pending(acknowledgement, false, nowNanos));
    }

    /** Sends what is due; what an earlier incarnation did concerns nobody any more. */
    void flush(Incarnation current, long nowNanos) {
        for (DatapathAcknowledged acknowledgement : due(current, nowNanos)) {
            log.append(acknowledgement, new HeartbeatLog.Outcome() {
                @Override
                public void acknowledged() {
                    if (gate.pass()) {
                        settle(acknowledgement, true);
                    }
                }

                @Override
                public void failed(String reason) {
                    settle(acknowledgement, false);
                }
            });
        }
    }

    private synchronized List<DatapathAcknowledged> due(Incarnation current, long nowNanos) {
        pending.values()
                .removeIf(entry -> !entry.acknowledgement().incarnation().equals(current));
        List<DatapathAcknowledged> due = pending.values().stream()
                .filter(entry -> !entry.inFlight() && entry.dueNanos() - nowNanos <= 0)
                .map(Pending::acknowledgement)
                .toList();
        due.forEach(ack -> pending.put(ack.eip(), new Pending(ack, true, nowNanos)));
        return due;
    }

    private synchronized void settle(DatapathAcknowledged acknowledgement, boolean arrived) {
        Pending entry = pending.get(acknowledgement.eip());
        if (entry == null || !entry.acknowledgement().equals(acknowledgement)) {
            return; // a newer epoch took its place meanwhile
        }
        if (arrived) {
            pending.remove(acknowledgement.eip());
        } else {
            long due = System.nanoTime() + RETRY_AFTER.toNanos();
            pending.put(acknowledgement.eip(), new Pending(acknowledgement, false, due));
        }
    }
}
