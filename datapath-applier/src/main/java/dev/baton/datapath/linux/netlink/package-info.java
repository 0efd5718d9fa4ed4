/**
 * Talks to the kernel by netlink messages and raw frames, in the network namespace that is programmed: microseconds
 * where starting a tool costs milliseconds. Flow: {@link dev.baton.datapath.linux.netlink.NetlinkSocket} sends what
 * {@link dev.baton.datapath.linux.netlink.NetlinkAttributes} composed and hands out each {@link
 * dev.baton.datapath.linux.netlink.NetlinkMessage} of the answer. Knows the form of the messages and not their meaning.
 */
@NullMarked
package dev.baton.datapath.linux.netlink;

import org.jspecify.annotations.NullMarked;
