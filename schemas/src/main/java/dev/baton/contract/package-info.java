/**
 * The language of Baton's logs: observations, decisions, ids, settings and topics as plain data.
 *
 * <p>What the world told us is a {@link dev.baton.contract.LivenessEvent} or a {@link dev.baton.contract.Declaration};
 * what the coordinator sequenced for itself is a {@link dev.baton.contract.FleetEvent}; what it said is a {@link
 * dev.baton.contract.Decision}. Agents and viewers read the compacted views {@link dev.baton.contract.Tunnel}, {@link
 * dev.baton.contract.Assignment} and {@link dev.baton.contract.PolicyBinding}.
 *
 * <p>No verbs of policy live here: whatever another team needs to read our logs is contract, whatever decides is not.
 * Imports java.base only; no I/O, no clock, no hash order.
 */
@NullMarked
package dev.baton.contract;

import org.jspecify.annotations.NullMarked;
