/**
 * The datapath of a Linux node. One nft table marks and translates, a second one guards; policy routing and a VXLAN
 * device carry the packets; a third nft table, on the parent device itself, is the fence that enforces the lease. In a
 * second form, iptables and ipset mark and translate ({@code iptables}), and the first table does the rest. Where a
 * bridge says which pods are known, one more table keeps the others from the outside for a while.
 *
 * <p>Flow: {@link dev.baton.datapath.linux.LinuxDatapath} takes a desired state through a row of steps. Each step asks
 * a room below what the kernel should hold ({@code nft}, {@code route}: pure), compares it with what the kernel does
 * hold, and changes the difference by tools that stay running and by netlink. {@link
 * dev.baton.datapath.linux.EipChanges} gives each EIP its role; {@link dev.baton.datapath.linux.DriftCheck} looks for
 * what others changed. A move changes one address, a few routes, the fence's membership, and is announced; it changes
 * no rule and no policy's set.
 *
 * <p>The rooms, each of which may import only those before it: {@code tool}, {@code netlink}, {@code conntrack}, {@code
 * route}, {@code claim}, {@code path}, {@code nft}, {@code iptables}, {@code fence}, and this one. Must not import
 * Kafka or the coordinator.
 */
@NullMarked
package dev.baton.datapath.linux;

import org.jspecify.annotations.NullMarked;
