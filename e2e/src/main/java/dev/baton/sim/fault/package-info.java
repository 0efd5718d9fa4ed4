/** Who strikes: machines, coordinators, logs, users; and the one thing that happens to a world at rest. */
@NullMarked
package dev.baton.sim.fault;

import org.jspecify.annotations.NullMarked;
