package dev.baton.heartbeat.core;

import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.Rules;
import dev.baton.contract.Timings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that decides what a node's heartbeats say, when they are sent, and which lease their acknowledgements grant. One
 * incarnation follows the other in it.
 *
 * @param reads the newest rules that the agent knows
 * @param report what the next heartbeats say
 * @param farewell whether the node has begun to leave
 */
public record Session(
        NodeId node,
        Rules reads,
        LeaseTerms terms,
        Lease lease,
        Sequences sequences,
        HeartbeatSchedule schedule,
        NodeReport report,
        Farewell farewell) {
    /** A busy machine may keep the agent's loop for longer than half of a short timeout; it hangs no less for that. */
    private static final Duration LEAST_STUCK = Duration.ofSeconds(1);

    /** Whether the node leaves, and whether the log has its word for it. */
    public enum Farewell {
        NONE,
        /** Each heartbeat is followed by the word that the node leaves. */
        SAID,
        /** The log has it. */
        HEARD
    }

    /**
     * A process begins.
     *
     * @param reads the newest rules that the agent knows
     * @param timings until the fleet's are known
     * @param saved by the process before; {@link SavedSession#NONE} if there was none
     */
    public static Session starting(NodeId node, Rules reads, Timings timings, SavedSession saved, long nowNanos) {
        Lease lease = saved.leaseAt(nowNanos);
        return new Session(
                node,
                reads,
                LeaseTerms.restored(timings, lease, nowNanos),
                lease,
                Sequences.after(saved.sequenceLimit()),
                new HeartbeatSchedule(nowNanos),
                NodeReport.starting(saved.lineage(), nowNanos),
                Farewell.NONE);
    }

    /** As it stands at this moment: a lease that has run out is lapsed for good. */
    public Session at(long nowNanos) {
        return with(lease.at(nowNanos));
    }

    /** The kernel says that the lease has run out, or the agent gives it up. */
    public Session lapsed() {
        return with(lease.lapsed());
    }

    /**
     * The next incarnation begins; the caller has taken away all that the last one held. {@link #saved} is to be
     * written down before anything of it is sent.
     */
    public Session begun(Incarnation next, long nowNanos) {
        if (!next.supersedes(lease.incarnation())) {
            throw new IllegalStateException("incarnation " + next + " does not exceed " + lease.incarnation());
        }
        return new Session(
                node,
                reads,
                terms,
                Lease.of(next),
                Sequences.after(0),
                new HeartbeatSchedule(nowNanos),
                report,
                farewell == Farewell.NONE ? Farewell.NONE : Farewell.SAID);
    }

    /** The fleet's timings are these now. */
    public Session wanting(Timings timings, long nowNanos) {
        return with(terms.wanting(timings)).with(schedule.within(nowNanos, timings.tunnelUpdatePeriod()));
    }

    /**
     * The kernel still has this much of the lease that an earlier process was granted. What is stated from now on must
     * cover all of it, or the coordinator would give the EIPs away while the kernel lets their frames pass.
     */
    public Session resumed(long kernelUntilNanos, long nowNanos) {
        Lease longer = lease.reaching(kernelUntilNanos);
        return with(longer).with(LeaseTerms.restored(terms.wanted(), longer, nowNanos));
    }

    /** What the next heartbeats say. News does not wait for the period. */
    public Session reporting(NodeReport latest, long nowNanos) {
        Session changed = with(latest);
        return latest.saysTheSameAs(report) ? changed : changed.dueAt(nowNanos);
    }

    /** The agent's loop goes on, though it has nothing to report: it is in the midst of something that takes long. */
    public Session progressed(long nowNanos) {
        return with(report.at(nowNanos));
    }

    /** From now on each heartbeat is followed by the word that this node leaves: its EIPs are to be moved away. */
    public Session leaving(long nowNanos) {
        return with(farewell == Farewell.NONE ? Farewell.SAID : farewell).dueAt(nowNanos);
    }

    /** The log has the word that this node leaves. */
    public Session farewellHeard(Incarnation by) {
        return by.equals(lease.incarnation()) && farewell == Farewell.SAID ? with(Farewell.HEARD) : this;
    }

    /** Whether the agent's loop has not gone on for so long that its lease is not to be renewed in the kernel. */
    public boolean isStuck(long nowNanos) {
        return isSilentFor(terms.wanted().eipEvictionTimeout().dividedBy(2), nowNanos);
    }

    /**
     * Whether the loop has been silent for as long as costs a node that is dead its EIPs: then this node falls silent
     * too, or the coordinator would ask it to let go, and nobody would answer. Until then a machine that is short of
     * time keeps them: the loop may go on before the lease ends in the kernel.
     */
    private boolean isTakenForDead(long nowNanos) {
        return isSilentFor(terms.wanted().eipEvictionTimeout(), nowNanos);
    }

    private boolean isSilentFor(Duration limit, long nowNanos) {
        return report.silence(schedule, nowNanos).compareTo(limit.compareTo(LEAST_STUCK) > 0 ? limit : LEAST_STUCK) > 0;
    }

    /** What to do now that a heartbeat is due. */
    public Beat beat(long nowNanos, Instant wallClock) {
        Session due = with(report.excused(schedule, nowNanos))
                .with(schedule.sent(nowNanos, terms.wanted().tunnelUpdatePeriod()))
                .at(nowNanos);
        if (due.isTakenForDead(nowNanos)) {
            return new Beat.Silent(due.lapsed());
        }
        if (due.lease.isLapsed()) {
            return new Beat.Silent(due);
        }
        Session numbered = due.with(sequences.isUsedUp() ? sequences.reserved() : sequences)
                .with(terms.settled(due.lease, nowNanos));
        var heartbeat = new SentHeartbeat(numbered.heartbeat(nowNanos, wallClock), nowNanos, numbered.terms);
        Session after =
                numbered.with(numbered.sequences.taken()).with(due.lease.announced(nowNanos, numbered.terms.length()));
        return new Beat.Send(numbered.saved(), heartbeat, word(), after, due);
    }

    private Optional<NodeLeaving> word() {
        return farewell == Farewell.NONE ? Optional.empty() : Optional.of(new NodeLeaving(node, lease.incarnation()));
    }

    /**
     * What the next process is to know. It must find a sequence above all that were used, and may find a lease end a
     * little too early. A node that has said that it leaves is given nothing any more: it must come back as another
     * incarnation.
     */
    public SavedSession saved() {
        OptionalLong until = farewell == Farewell.NONE ? lease.untilNanos() : OptionalLong.empty();
        return new SavedSession(
                lease.incarnation(), until, sequences.limit(), terms.stated().lease(), report.lineage());
    }

    private Heartbeat heartbeat(long nowNanos, Instant wallClock) {
        return new Heartbeat(
                node,
                lease.incarnation(),
                sequences.next(),
                report.datapath(),
                report.fault(),
                report.foldedOffset(),
                false,
                terms.stated().eipEvictionTimeout(),
                report.parent(),
                report.lineage(),
                reads,
                wallClock);
    }

    /** Kafka has the heartbeat. The first acknowledgement is written down at once, with another heartbeat. */
    public Session acknowledged(SentHeartbeat sent, long nowNanos) {
        if (!lease.incarnation().equals(sent.heartbeat().incarnation())) {
            return this;
        }
        Session renewed =
                with(lease.acknowledged(sent.sentNanos(), nowNanos, terms.lengthFor(sent.under(), sent.sentNanos())));
        boolean first =
                lease.untilNanos().isEmpty() && renewed.lease.untilNanos().isPresent();
        return first ? renewed.dueAt(nowNanos) : renewed;
    }

    private Session dueAt(long nanos) {
        return with(new HeartbeatSchedule(nanos));
    }

    private Session with(LeaseTerms changed) {
        return new Session(node, reads, changed, lease, sequences, schedule, report, farewell);
    }

    private Session with(Lease changed) {
        return new Session(node, reads, terms, changed, sequences, schedule, report, farewell);
    }

    private Session with(Sequences changed) {
        return new Session(node, reads, terms, lease, changed, schedule, report, farewell);
    }

    private Session with(NodeReport changed) {
        return new Session(node, reads, terms, lease, sequences, schedule, changed, farewell);
    }

    private Session with(Farewell changed) {
        return new Session(node, reads, terms, lease, sequences, schedule, report, changed);
    }

    private Session with(HeartbeatSchedule changed) {
        return new Session(node, reads, terms, lease, sequences, changed, report, farewell);
    }
}
