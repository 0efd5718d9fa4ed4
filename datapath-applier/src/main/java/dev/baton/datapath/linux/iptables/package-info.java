/**
 * The second form of what marks and translates packets: chains of iptables and sets of ipset with the names, comments
 * and places that EgressGateway gives them.
 *
 * <p>Flow: {@link dev.baton.datapath.linux.iptables.PolicyRules} (pure) turns a desired state into chains and sets;
 * {@link dev.baton.datapath.linux.iptables.IptablesRules} programs them by {@code ipset restore} and {@code
 * iptables-restore}, and looks whether they still stand ({@link dev.baton.datapath.linux.iptables.RulesWatch}); {@link
 * dev.baton.datapath.linux.iptables.Leftovers} takes them away. Which of two tools writes iptables' rules is a {@link
 * dev.baton.datapath.linux.iptables.Backend}. What must hold whatever iptables does is in nft's room. Must not import
 * the fence's room.
 */
@NullMarked
package dev.baton.datapath.linux.iptables;

import org.jspecify.annotations.NullMarked;
