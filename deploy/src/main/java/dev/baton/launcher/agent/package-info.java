/**
 * One node's agent: joins heartbeats, the compacted logs and the datapath.
 *
 * <p>Two threads. One sends heartbeats and owns the lease as Kafka grants it ({@link
 * dev.baton.heartbeat.HeartbeatProducer}). The other reads the logs, programs the datapath and hands the lease on to the
 * kernel: so a datapath that hangs loses its lease. They share nothing else.
 */
@NullMarked
package dev.baton.launcher.agent;

import org.jspecify.annotations.NullMarked;
