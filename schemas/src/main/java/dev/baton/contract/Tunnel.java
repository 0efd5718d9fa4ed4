package dev.baton.contract;

import java.util.Optional;

/**
 * A node's tunnel end point, as {@code baton.tunnels} keeps it and {@code kubectl get egt} shows it.
 *
 * @param confirmedSequence reserved for the failsafe among peers: always 0
 */
public record Tunnel(
        NodeId node,
        MacAddress mac,
        IpAddress ipv4,
        IpAddress ipv6,
        Mark mark,
        TunnelPhase phase,
        PhaseReason reason,
        DatapathFault fault,
        Incarnation incarnation,
        Optional<ParentInterface> parent,
        long confirmedSequence,
        long cause)
        implements TunnelEntry {
    public Tunnel withCause(long changed) {
        return new Tunnel(
                node, mac, ipv4, ipv6, mark, phase, reason, fault, incarnation, parent, confirmedSequence, changed);
    }
}
