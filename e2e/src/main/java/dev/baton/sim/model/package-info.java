/**
 * What stands in for a machine and for Kafka: one scheduler of virtual time, clocks that are wrong, processes that
 * freeze and die, logs and the pipes to them, the kernel of a node and its run directory. It knows of no agent and no
 * law.
 */
@NullMarked
package dev.baton.sim.model;

import org.jspecify.annotations.NullMarked;
