/** What must hold after every step, one law in each file, and what must hold once all faults are healed. */
@NullMarked
package dev.baton.sim.law;

import org.jspecify.annotations.NullMarked;
