package dev.baton.agent;

import dev.baton.agent.core.PendingAcknowledgements;
import dev.baton.contract.Assignment;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.Eip;
import dev.baton.contract.Incarnation;
import dev.baton.heartbeat.Freezer;
import dev.baton.heartbeat.HeartbeatLog;
import java.util.List;
import java.util.Map;

/** Sends acknowledgements until the log has them. Answers come on the log client's thread. */
final class Acknowledger {
    private final HeartbeatLog log;
    private final Freezer freezer;

    // Guarded by this.
    private PendingAcknowledgements pending = PendingAcknowledgements.none();

    Acknowledger(HeartbeatLog log, Freezer freezer) {
        this.log = log;
        this.freezer = freezer;
    }

    synchronized void add(List<DatapathAcknowledged> acknowledgements, long nowNanos) {
        pending = pending.with(acknowledgements, nowNanos);
    }

    /**
     * Sends what is due; acknowledgements of earlier incarnations and epochs are dropped.
     *
     * @param read the newest assignment of each EIP
     */
    void flush(Incarnation current, Map<Eip, Assignment> read, long nowNanos) {
        for (DatapathAcknowledged acknowledgement : due(current, read, nowNanos)) {
            log.append(acknowledgement, new HeartbeatLog.Delivery() {
                @Override
                public void acknowledged() {
                    if (freezer.pass()) {
                        arrived(acknowledgement);
                    }
                }

                @Override
                public void failed(String reason) {
                    lost(acknowledgement);
                }
            });
        }
    }

    private synchronized List<DatapathAcknowledged> due(Incarnation current, Map<Eip, Assignment> read, long nowNanos) {
        PendingAcknowledgements.Due due = pending.due(current, read, nowNanos);
        pending = due.rest();
        return due.acknowledgements();
    }

    private synchronized void arrived(DatapathAcknowledged acknowledgement) {
        pending = pending.arrived(acknowledgement);
    }

    private synchronized void lost(DatapathAcknowledged acknowledgement) {
        pending = pending.lost(acknowledgement, System.nanoTime());
    }
}
