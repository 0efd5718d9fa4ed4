package dev.baton.contract;

/**
 * A decision with its name.
 *
 * @param cause offset of the fleet log that it follows from
 * @param index its place among the decisions of that cause, from 0
 */
public record Decided(FleetId fleet, long cause, int index, Decision decision) {}
