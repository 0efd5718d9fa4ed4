package dev.baton.agent.core;

import dev.baton.contract.DatapathFault;

/**
 * What checks of the datapath found and could not repair.
 *
 * @param fault what is believed of the datapath
 * @param unanswered whether the last check found nothing because a tool did not answer in time
 */
public record Drift(DatapathFault fault, boolean unanswered) {
    static final Drift NONE = new Drift(DatapathFault.NONE, false);

    /** A tool that once does not answer in time says nothing of the datapath: a machine may be short of time. */
    Drift after(DatapathFault found) {
        boolean late = found == DatapathFault.TOOL_DEADLINE;
        return new Drift(late && !unanswered ? fault : found, late);
    }
}
