package dev.baton.contract;

import java.util.Optional;

/**
 * A node's tunnel as EgressGateway's EgressTunnel showed it. What is absent stays as the fleet allocated it.
 *
 * @param mark absent if it is none of those that nodes have here: EgressGateway draws from a much larger range
 */
public record TunnelAdopted(
        NodeId node, Optional<Mark> mark, Optional<MacAddress> mac, Optional<IpAddress> ipv4, Optional<IpAddress> ipv6)
        implements Declaration {}
