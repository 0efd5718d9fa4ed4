package dev.baton.contract;

/** All parts were declared: so many of each kind. */
public record ImportEnded(int nodes, int gateways, int policies, int eips) implements ImportPart {}
