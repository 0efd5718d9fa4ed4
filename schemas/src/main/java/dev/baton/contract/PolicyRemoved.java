package dev.baton.contract;

/** A user deleted the policy. */
public record PolicyRemoved(PolicyId policy) implements Declaration {}
