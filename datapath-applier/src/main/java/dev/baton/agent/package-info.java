/**
 * One node's agent: joins heartbeats, the compacted logs and the datapath.
 *
 * <p>What it does next is decided by {@link dev.baton.agent.core.AgentStep}, which is pure; here its effects are
 * performed on Kafka, the run directory and the kernel. Four threads: one sends heartbeats and owns the lease as Kafka
 * grants it ({@link dev.baton.heartbeat.HeartbeatProducer}); one reads the logs and performs what was decided ({@link
 * dev.baton.agent.AgentLoop}); one renews the lease in the kernel ({@link dev.baton.agent.LeaseKeeper}), as long as the
 * second goes on; one watches the wall clock for both clients of Kafka ({@link dev.baton.agent.ClockWatch}). The last
 * two are no part of the pure step, since they exist for the case that the others hang.
 */
@NullMarked
package dev.baton.agent;

import org.jspecify.annotations.NullMarked;
