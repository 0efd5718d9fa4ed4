/**
 * What one run is made of: the knobs that its seed draws, the faults there are, the mutants, the names of the laws, and
 * the rare states that a run should come to.
 */
@NullMarked
package dev.baton.sim.menu;

import org.jspecify.annotations.NullMarked;
