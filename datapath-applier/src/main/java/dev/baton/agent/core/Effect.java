package dev.baton.agent.core;

import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.heartbeat.core.NodeReport;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What must be done. Effects of one step are performed in the order in which they are listed, and a result is the next
 * input. The order in which they are declared here is the order in which they ever come; each says what it must
 * precede.
 */
public sealed interface Effect {
    /** Takes as long as the kernel takes. Its result, or {@link Input.Failed}, is the next input. */
    sealed interface OnKernel extends Effect {}

    /**
     * Write down the highest epoch seen of each EIP, and that the refused assignments are never done.
     *
     * <p>First of its step, and BEFORE {@link Apply} and {@link Acknowledge}: after a restart this node must not obey
     * an older assignment than it obeyed before, nor hold what it answered with FAILED, since another node may hold
     * that by then. If it cannot be written, the step did not happen: the state before it stands, and nothing else is
     * performed.
     *
     * @param refused epochs that are about to be answered with FAILED
     */
    record RememberEpochs(SortedMap<Eip, Epoch> refused) implements Effect {}

    /**
     * Read the logs from their beginning, and forget what was read: they are another Kafka's, or began anew. BEFORE
     * anything is read.
     *
     * @param next the lineage that is obeyed from now on; empty: the first that is read
     */
    record ForgetLogs(Optional<Lineage> next) implements Effect {}

    /**
     * Read the logs from their beginning, to find out whether they can be read at all. BEFORE {@link ReadToPresentEnd}:
     * where nothing new was appended, that is reached without reading anything.
     */
    record ReadAnew() implements Effect {}

    /**
     * End the lease that heartbeats grant. BEFORE {@link Withdraw}: else an acknowledgement could renew it in between.
     */
    record Lapse() implements Effect {}

    /**
     * No heartbeat after this. BEFORE the {@link Withdraw} of a node that leaves: a heartbeat would say that it lives.
     */
    record StopHeartbeats() implements Effect {}

    /** Make what does not depend on assignments, closed. BEFORE everything else that touches the kernel. */
    record Open() implements OnKernel {}

    /** Ask the kernel whether the lease of an earlier process runs, and renew it from now on. BEFORE {@link GoOn}. */
    record TakeOver(Incarnation incarnation) implements OnKernel {}

    /**
     * End the lease in the kernel and let go of every EIP. BEFORE {@link Announce}: the coordinator takes a new
     * incarnation for the word that this node holds nothing, and gives its EIPs to others at once.
     */
    record Withdraw() implements OnKernel {}

    /**
     * From now on, caught up means: read to where the logs end at this moment. AFTER {@link Withdraw}, BEFORE {@link
     * Announce}: what was decided meanwhile must be known when the next incarnation says that it is ready.
     */
    record ReadToPresentEnd() implements Effect {}

    /**
     * Bring the datapath to what the logs, as read, let this incarnation do. BEFORE {@link BeginLease}: the lease opens
     * the gate for all that is held, also for what an earlier incarnation left. BEFORE {@link Announce}: so the first
     * heartbeat can say that the node is ready.
     *
     * @param incarnation whose EIPs are held; NONE: none is, because this one was not announced, or not shown yet,
     *     and what is assigned to it may be meant for another machine that drew the same number
     */
    record Apply(Incarnation incarnation) implements OnKernel {}

    /** Begin this incarnation's lease in the kernel, as long as heartbeats were granted. BEFORE {@link Acknowledge}. */
    record BeginLease(Incarnation incarnation) implements OnKernel {}

    /** Look for drift and repair it. BEFORE {@link Report}, which tells of it. */
    record Check() implements OnKernel {}

    /** Send these until the log has them. AFTER the kernel has done what they say, and was asked whether it has. */
    record Acknowledge(List<DatapathAcknowledged> acknowledgements) implements Effect {
        public Acknowledge {
            acknowledgements = List.copyOf(acknowledgements);
        }
    }

    /** What the next heartbeats say. BEFORE {@link Announce} and {@link GoOn}: the first heartbeat says it already. */
    record Report(NodeReport report) implements Effect {}

    /** Send heartbeats as the incarnation that an earlier process announced. AFTER {@link TakeOver}. */
    record GoOn(Incarnation incarnation) implements Effect {}

    /** Write the incarnation down and send heartbeats as it. AFTER {@link Withdraw}. */
    record Announce(Incarnation incarnation) implements Effect {}

    /** From now on heartbeats are followed by the word that this node leaves, and a restart is another incarnation. */
    record SayLeaving() implements Effect {}

    /** For probes. */
    record ShowReady(boolean ready) implements Effect {}

    /**
     * What comes after this is another incarnation. AFTER {@link Withdraw}: until then a restart would have to know.
     */
    record EndSession() implements Effect {}
}
