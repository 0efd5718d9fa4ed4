/**
 * What a node's agent does next: pure, so that the agent that ships and the simulator's run the same decisions.
 *
 * <p>{@link dev.baton.agent.core.AgentStep} takes what happened ({@link dev.baton.agent.core.Input}) and returns what
 * must be done ({@link dev.baton.agent.core.Effect}), in the order in which it must be done. Whoever performs the
 * effects feeds their results back. {@link dev.baton.agent.core.NodeLog} folds what the agent reads.
 *
 * <pre>
 *               another process's lease still runs
 *   start ---------------------------------------- Resuming ------------------------------------+
 *     |                                               | the kernel has no lease                 |
 *     +--> Fencing -- withdrawn --> Fenced --> CatchingUp -- read to the end --> Announcing     |
 *            ^                                                                       |          |
 *            |  lease lapsed, or given up by the coordinator                     announced      |
 *            +------------------ Holding <-- lease begun in the kernel -- Announced <+          |
 *                                   ^                                                           |
 *                                   +-----------------------------------------------------------+
 * </pre>
 */
@NullMarked
package dev.baton.agent.core;

import org.jspecify.annotations.NullMarked;
