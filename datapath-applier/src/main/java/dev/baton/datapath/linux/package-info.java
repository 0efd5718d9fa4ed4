/**
 * The datapath of a Linux node. One nft table marks, translates and guards; policy routing and a VXLAN device carry; a
 * second nft table, on the parent device itself, is the fence that enforces the lease.
 *
 * <p>Flow: {@link dev.baton.datapath.linux.TrafficTable} and {@link dev.baton.datapath.linux.RoutePlan} (pure) say what
 * the kernel should hold, {@link dev.baton.datapath.linux.LinuxDatapath} compares with what it does hold and changes
 * the difference through tools that stay running. A move touches one address, a few routes, the fence's membership, and
 * is announced; no rule and no policy set. Must not import Kafka or the coordinator.
 */
@NullMarked
package dev.baton.datapath.linux;

import org.jspecify.annotations.NullMarked;
