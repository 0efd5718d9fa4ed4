package dev.baton.agent.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.TunnelEntry;
import java.util.OptionalLong;

/** One record of the compacted logs that an agent reads. */
public sealed interface LogEntry {
    record TunnelShown(TunnelEntry entry) implements LogEntry {}

    /** @param cause of the removal; empty: it does not say */
    record TunnelGone(NodeId node, OptionalLong cause) implements LogEntry {}

    record Assigned(Assignment assignment) implements LogEntry {}

    /** @param cause of the removal; empty: it does not say */
    record AssignmentGone(Eip eip, OptionalLong cause) implements LogEntry {}

    record PolicyBound(PolicyBinding binding) implements LogEntry {}

    /** @param cause of the removal; empty: it does not say */
    record PolicyGone(PolicyId policy, OptionalLong cause) implements LogEntry {}

    record Endpoints(EndpointEntry entry) implements LogEntry {}

    record EndpointsGone(PolicyId policy, String slice) implements LogEntry {}
}
