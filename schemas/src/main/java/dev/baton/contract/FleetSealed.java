package dev.baton.contract;

/**
 * The fleet decides nothing until this ends, so that its state can be carried to another log.
 *
 * @param sealed false: it decides again
 */
public record FleetSealed(boolean sealed) implements Declaration {}
