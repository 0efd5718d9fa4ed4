package dev.baton.failover.runner;

/**
 * A fold's state cannot be restored, because part of the log that it follows from is gone. Going on would forget what
 * was allocated, and would remove it from the nodes.
 */
public final class IncompletePast extends IllegalStateException {
    private static final long serialVersionUID = 1;

    IncompletePast(String log, long needed, long begin) {
        super(log + ": the latest snapshot of all fleets needs every entry from offset " + needed
                + " on, but the log begins at " + begin);
    }

    IncompletePast(String log, long begin) {
        super(log + " begins at offset " + begin
                + ", and baton.snapshots no longer shows which fleets were there before");
    }
}
