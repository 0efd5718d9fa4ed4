package dev.baton.contract;

/** From here on the log is folded by these rules, and its records may be written in their formats. */
public record RulesAdopted(Rules rules) implements LivenessEvent, Declaration {}
