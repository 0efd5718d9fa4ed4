package dev.baton.contract;

/** An alert for operators, as {@code baton.alerts} has it. */
public record Alert(Decision.AlertCode code, String subject, long cause) {}
