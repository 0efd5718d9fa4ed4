package dev.baton.contract;

import java.util.Optional;

/** The interface that carries a node's tunnel, and its addresses there. */
public record ParentInterface(String name, Optional<IpAddress> ipv4, Optional<IpAddress> ipv6) {}
