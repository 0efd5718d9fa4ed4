/**
 * The deterministic simulator: one seed, one scheduler, the real cores, every law checked after every step.
 *
 * <p>Flow: {@link dev.baton.sim.Swarm} draws the knobs from the seed; {@link dev.baton.sim.World} holds logs, nodes and
 * coordinators on one virtual clock; {@link dev.baton.sim.Faults} breaks things for a while, then heals them; the
 * {@code Law}s look after every step, and validate more strictly once the world is quiet again. A {@link
 * dev.baton.sim.Mutant} breaks one rule on purpose, to show that a law would notice.
 *
 * <p>No Kafka, no threads, no wall clock, and one {@link java.util.Random} of the seed: the same seed gives the same
 * run.
 */
@NullMarked
package dev.baton.sim;

import org.jspecify.annotations.NullMarked;
