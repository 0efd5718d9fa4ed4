package dev.baton.contract;

/** An operator wants the gateway's EIPs spread evenly, by planned moves, no more than needed. */
public record RebalanceRequested(GatewayId gateway) implements Declaration {}
