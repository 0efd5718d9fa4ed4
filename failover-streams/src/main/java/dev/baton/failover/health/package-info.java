/**
 * What observers agree on, endpoint by endpoint, as pure functions: {@link dev.baton.failover.health.Evidence} is what
 * each of them has said last, and gives the verdict.
 *
 * <p>What is done about an endpoint that fails is decided elsewhere. Imports the contract, java.base, and log time
 * and tables of {@code core}.
 */
@NullMarked
package dev.baton.failover.health;

import org.jspecify.annotations.NullMarked;
