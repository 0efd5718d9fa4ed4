package dev.baton.agent.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Lineage;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.contract.Tunnel;
import dev.baton.heartbeat.core.Lease;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an agent learns: from the logs, from its clock and lease, and from what became of its effects. */
public sealed interface Input {
    /**
     * Something was read, and nothing of it is obeyed yet.
     *
     * @param assignments in the order in which they were read
     * @param own what the coordinator says of this node by now
     * @param cause offset of the fleet log that the newest thing read follows from
     * @param lineage that is obeyed
     * @param rules in force
     */
    record News(List<OfEip> assignments, Optional<Tunnel> own, long cause, Optional<Lineage> lineage, Rules rules)
            implements Input {
        /** @param assignment empty: the EIP was freed */
        public record OfEip(Eip eip, Optional<Assignment> assignment) {}

        public News {
            assignments = List.copyOf(assignments);
        }
    }

    /**
     * Time has passed. Asked before each wait for the logs, and again after each effect on the kernel that succeeded.
     *
     * @param lease as heartbeats grant it at this moment
     * @param caughtUp whether the logs were read to where they ended when that was last asked for
     * @param deaf whether it is too long ago that all was read that there was to be read
     * @param outdated whether a word of an EIP is older than what this node saw before it started, and its owner may
     *     still put it right
     * @param disturbed whether there is reason to look for drift at once
     * @param kernelLeaseOver whether every lease that the kernel may have been given has run out by itself
     * @param leavingHeard whether the log has the word that this node leaves
     */
    record Moment(
            Lease lease,
            boolean caughtUp,
            boolean deaf,
            boolean outdated,
            Optional<ParentInterface> parent,
            boolean disturbed,
            boolean kernelLeaseOver,
            boolean leavingHeard,
            Instant wallClock)
            implements Input {}

    /** {@link Effect.Open} was done. */
    record Opened() implements Input {}

    /** @param runs whether the kernel still enforced the lease that was to be taken over */
    record TookOver(boolean runs) implements Input {}

    /** {@link Effect.Withdraw} was done. */
    record Withdrawn() implements Input {}

    /** @param failures of the EIPs that failed and are not held; all others are as desired */
    record Applied(SortedMap<Eip, EipFailure> failures) implements Input {
        public Applied {
            failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
        }
    }

    /** @param begun false: the grant had run out by then */
    record LeaseBegun(boolean begun) implements Input {}

    /** @param fault NONE if the datapath stands now */
    record Checked(DatapathFault fault) implements Input {}

    /** The kernel could not be brought to do this. */
    record Failed(Effect.OnKernel effect, DatapathFault fault) implements Input {}

    /** The thread that renews the lease could not; it tries again by itself. */
    record RenewalFailed(DatapathFault fault) implements Input {}

    /**
     * The logs are another Kafka's than before: its coordinator counts epochs from one, and knows nothing of this node.
     */
    record OtherCluster() implements Input {}

    /**
     * The fleet's log began anew: its coordinator counts epochs from one, and knows nothing of what this node holds.
     */
    record OtherLineage(Lineage next) implements Input {}

    /** The agent is asked to leave: its EIPs are to be moved away first, until then at the latest. */
    record Leave(long untilNanos) implements Input {}
}
