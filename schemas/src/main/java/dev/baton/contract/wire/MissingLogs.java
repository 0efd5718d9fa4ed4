package dev.baton.contract.wire;

import java.util.Collection;

/**
 * Some logs have records and others are not there. They name each other's offsets, so a log that is made anew does not
 * belong to the others.
 */
public final class MissingLogs extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** They were there when this process started. */
    MissingLogs(Collection<String> missing) {
        super("topics " + String.join(", ", missing) + " are not there any more");
    }

    MissingLogs(Collection<String> missing, Collection<String> used) {
        super("topics " + String.join(", ", missing) + " are missing, but " + String.join(", ", used)
                + " have records. Bring the missing ones back from a copy; or stop all agents, delete all topics"
                + " baton.*, and declare everything again");
    }
}
