package dev.baton.contract;

import java.time.Duration;

/**
 * The liveness fold says that its log is old enough: each lease that a node was granted by an earlier log has run out,
 * or that node was heard in this one.
 *
 * @param counted log time since the log's first tick
 */
public record EarlierLeasesOver(Duration counted) implements FleetEvent {}
