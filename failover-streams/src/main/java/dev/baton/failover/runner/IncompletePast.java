package dev.baton.failover.runner;

/**
 * A fold's state is not, or would not be, what its log says: part of the log is gone, or it is another log. Going on
 * would forget what was allocated and remove it from the nodes, or give out numbers a second time.
 */
public final class IncompletePast extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** What an operator can do. */
    private static final String MEND = ". Bring the log back from a copy; or stop all agents, delete all topics"
            + " baton.*, and declare everything again";

    private IncompletePast(String problem) {
        super(problem + MEND);
    }

    static IncompletePast cut(String log, long needed, long begin) {
        return new IncompletePast(log + ": the latest snapshot of all fleets needs every entry from offset " + needed
                + " on, but the log begins at " + begin);
    }

    static IncompletePast fleetsUnknown(String log, long begin) {
        return new IncompletePast(log + " begins at offset " + begin
                + ", and baton.snapshots no longer shows which fleets were there before");
    }

    static IncompletePast hole(String log, long next, long offset) {
        return new IncompletePast(log + ": entries " + next + " to " + (offset - 1) + " are gone and were never read");
    }

    static IncompletePast back(String log, long next, long offset) {
        return new IncompletePast(
                log + " went back from offset " + next + " to " + offset + ": it was made anew, or has lost its end");
    }

    static IncompletePast shortened(String log, long snapshot, long end) {
        return new IncompletePast(log + " ends at offset " + end + ", but a snapshot of it is of offset " + snapshot
                + ": it was made anew, or has lost its end");
    }

    public static IncompletePast readBeyond(String log, long committed, long end) {
        return new IncompletePast(log + " ends at offset " + end + ", but was read up to " + committed
                + ": it was made anew, or has lost its end");
    }
}
