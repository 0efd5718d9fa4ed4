/**
 * The two folds that decide, as pure functions: {@link dev.baton.failover.core.Liveness} (heartbeats and ticks give
 * phase changes) and {@link dev.baton.failover.core.Coordination} (the fleet log gives decisions).
 *
 * <p> Observations in, new state and decisions out. Start with {@link dev.baton.failover.core.Turn}, which every rule
 * gets, and {@link dev.baton.failover.core.Protocol}, the table of an assignment's steps. Three things are not used:
 * no clock (time is counted ticks of the log,
 * {@link dev.baton.failover.core.LogClock}), no randomness, no hash order. So the same log gives the same decisions,
 * byte for byte, on every machine. Imports the contract and java.base only.
 */
@NullMarked
package dev.baton.failover.core;

import org.jspecify.annotations.NullMarked;
