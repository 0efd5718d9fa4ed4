package dev.baton.contract;

import java.time.Duration;
import java.util.Optional;

/**
 * The liveness fold says that a node's phase changed; with its evidence.
 *
 * @param phase INIT, READY, FAILED or HEARTBEAT_TIMEOUT
 * @param lineage of the log whose assignments the node obeys, as its heartbeat said; empty: it said none
 * @param reads the newest rules that the agent knows, as its heartbeat said; the first if the reason is SILENT
 * @param lastHeartbeatOffset offset in {@code baton.heartbeats} of the last heartbeat that counted
 * @param silence counted log time since then; zero unless the reason is SILENT
 */
public record TunnelPhaseChanged(
        NodeId node,
        Incarnation incarnation,
        TunnelPhase phase,
        PhaseReason reason,
        DatapathFault fault,
        long foldedOffset,
        Optional<ParentInterface> parent,
        Optional<Lineage> lineage,
        Rules reads,
        long lastHeartbeatOffset,
        Duration silence)
        implements FleetEvent {}
