/**
 * The language of Baton's logs: observations, decisions, ids, settings and topics as plain data.
 *
 * <p> Observations are {@link dev.baton.contract.LivenessEvent}s and {@link dev.baton.contract.Declaration}s; the
 * coordinator puts them into one order as {@link dev.baton.contract.FleetEvent}s; its answers are {@link
 * dev.baton.contract.Decision}s. Agents and viewers read the compacted views {@link dev.baton.contract.Tunnel},
 * {@link
 * dev.baton.contract.Assignment} and {@link dev.baton.contract.PolicyBinding}.
 *
 * <p> Nothing here decides: the contract is what another team needs to read our logs.
 * Imports java.base only; no I/O, no clock, no hash order.
 */
@NullMarked
package dev.baton.contract;

import org.jspecify.annotations.NullMarked;
