/**
 * {@code baton lab}: a fleet on one machine with real kernels, real packets and real processes, and the faults that
 * Baton must survive.
 *
 * <p>Each node, each pod and the external server is a network namespace; broker, coordinator and agents are processes
 * of their own, so that they can be killed and stopped. Whether everything holds is judged from outside: by what the
 * external server saw
 * and by the frames on the segment, not by what the agents say. Nothing outside these namespaces is changed.
 */
@NullMarked
package dev.baton.launcher.lab;

import org.jspecify.annotations.NullMarked;
