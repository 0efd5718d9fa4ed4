package dev.baton.contract;

/** What an operator should hear of, as {@code baton.alerts} carries it. */
public record Alert(Decision.AlertCode code, String subject, long cause) {}
