/**
 * A whole fleet: nodes whose agents perform what {@code AgentStep} returns, coordinators that perform what {@code
 * FoldRunner} returns, and the ledger, which is what the logs really say.
 */
@NullMarked
package dev.baton.sim.world;

import org.jspecify.annotations.NullMarked;
