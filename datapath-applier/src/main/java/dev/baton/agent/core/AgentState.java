package dev.baton.agent.core;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.heartbeat.core.NodeReport;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that decides what an agent does next.
 *
 * @param leavesAtNanos when an agent that was asked to leave gives up waiting; empty: it was not asked
 */
public record AgentState(
        NodeId node,
        Phase phase,
        ReadSoFar read,
        Programmed programmed,
        NameConflict name,
        Optional<Long> leavesAtNanos) {

    /**
     * @param last the incarnation that this node announced last; NONE: it does not know of any
     * @param obeyed the lineage that it obeyed; empty: it does not know of any
     */
    public static AgentState starting(NodeId node, Incarnation last, Optional<Lineage> obeyed, long nowNanos) {
        return inPhase(node, new Phase.Fencing(last), obeyed, nowNanos);
    }

    /**
     * @param incarnation whose lease, granted to an earlier process, still runs
     * @param obeyed by that process
     */
    public static AgentState resuming(NodeId node, Incarnation incarnation, Optional<Lineage> obeyed, long nowNanos) {
        return inPhase(node, new Phase.Resuming(incarnation), obeyed, nowNanos);
    }

    private static AgentState inPhase(NodeId node, Phase phase, Optional<Lineage> obeyed, long nowNanos) {
        return new AgentState(
                node,
                phase,
                ReadSoFar.nothing(node, obeyed),
                Programmed.closed(nowNanos),
                NameConflict.NONE,
                Optional.empty());
    }

    AgentState with(Phase changed) {
        return new AgentState(node, changed, read, programmed, name, leavesAtNanos);
    }

    AgentState with(ReadSoFar changed) {
        return new AgentState(node, phase, changed, programmed, name, leavesAtNanos);
    }

    AgentState with(Programmed changed) {
        return new AgentState(node, phase, read, changed, name, leavesAtNanos);
    }

    AgentState with(NameConflict changed) {
        return new AgentState(node, phase, read, programmed, changed, leavesAtNanos);
    }

    AgentState leavingAt(long nanos) {
        return new AgentState(node, phase, read, programmed, name, Optional.of(nanos));
    }

    boolean isHolding() {
        return phase instanceof Phase.Holding;
    }

    /** Kafka has acknowledged heartbeats of this incarnation, and the kernel does what the logs say. */
    public boolean isReady() {
        return phase instanceof Phase.Holding(Incarnation incarnation)
                && report(incarnation, 0).datapath() == DatapathState.READY;
    }

    NodeReport report(Incarnation incarnation, long nowNanos) {
        DatapathFault fault = programmed.broken().orElse(programmed.drift().fault());
        boolean ready =
                programmed.open() && read.caughtUp() && programmed.appliedAs().equals(incarnation);
        DatapathState state = fault != DatapathFault.NONE
                ? DatapathState.BROKEN
                : ready ? DatapathState.READY : DatapathState.STARTING;
        return new NodeReport(state, fault, programmed.foldedOffset(), parent(), read.lineage(), nowNanos);
    }

    private Optional<ParentInterface> parent() {
        return programmed.parent().map(parent -> parent.under(read.rules()));
    }

    /** Of the EIPs that could not be programmed, in words that every coordinator understands. */
    SortedMap<Eip, EipFailure> failures() {
        var failures = new TreeMap<>(programmed.failed());
        failures.replaceAll((eip, failure) -> failure.under(read.rules()));
        return failures;
    }
}
