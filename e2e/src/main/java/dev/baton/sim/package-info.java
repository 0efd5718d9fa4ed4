/**
 * The deterministic simulator: one seed, one scheduler, the real cores, every law checked after every step.
 *
 * <p>Flow: {@link dev.baton.sim.menu.Swarm} draws the knobs from the seed; {@link dev.baton.sim.world.World} holds
 * logs, nodes and coordinators on one virtual clock; {@link dev.baton.sim.fault.Faults} breaks things for a while, then
 * heals them; the laws look after every step, and demand more once the world is quiet again. A {@link
 * dev.baton.sim.menu.Mutant} breaks one rule on purpose, to show that a law would notice.
 *
 * <p>Rooms, each of which knows only those before it: {@code model}, {@code menu}, {@code world}, {@code law}, {@code
 * fault}, and this one, which runs them.
 *
 * <p>No Kafka, no threads, no wall clock, and one {@link java.util.Random} of the seed: the same seed gives the same
 * run.
 */
@NullMarked
package dev.baton.sim;

import org.jspecify.annotations.NullMarked;
