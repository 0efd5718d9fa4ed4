package dev.baton.agent.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.TunnelEntry;

/** One record of the compacted logs that an agent reads. */
public sealed interface LogEntry {
    record TunnelShown(TunnelEntry entry) implements LogEntry {}

    record TunnelGone(NodeId node) implements LogEntry {}

    record Assigned(Assignment assignment) implements LogEntry {}

    record AssignmentGone(Eip eip) implements LogEntry {}

    record PolicyBound(PolicyBinding binding) implements LogEntry {}

    record PolicyGone(PolicyId policy) implements LogEntry {}

    record Endpoints(EndpointEntry entry) implements LogEntry {}

    record EndpointsGone(PolicyId policy, String slice) implements LogEntry {}
}
