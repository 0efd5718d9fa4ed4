package dev.baton.contract;

/** A user deleted the gateway. Refused while policies use it. */
public record GatewayRemoved(GatewayId gateway) implements Declaration {}
