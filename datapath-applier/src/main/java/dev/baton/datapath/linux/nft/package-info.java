/**
 * The nft tables of a node: what they should hold, and how the kernel comes to hold it.
 *
 * <p>Flow: {@link dev.baton.datapath.linux.nft.TrafficTable} and {@link dev.baton.datapath.linux.nft.GuardTable} (pure)
 * turn a desired state into an {@link dev.baton.datapath.linux.nft.NftTable}; {@link
 * dev.baton.datapath.linux.nft.TablePair} programs the two in one transaction; a {@link
 * dev.baton.datapath.linux.nft.ManagedTable} remembers what was programmed and has it looked at by {@link
 * dev.baton.datapath.linux.nft.TableWatch}. {@link dev.baton.datapath.linux.nft.NewPods} has a table of its own, where
 * that is asked for. Elements of the fence's sets go straight to the kernel by {@link
 * dev.baton.datapath.linux.nft.NftSocket}. Must not import the fence's room.
 */
@NullMarked
package dev.baton.datapath.linux.nft;

import org.jspecify.annotations.NullMarked;
