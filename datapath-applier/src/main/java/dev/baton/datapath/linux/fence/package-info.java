/**
 * The fence on the parent device, which enforces the lease: {@link dev.baton.datapath.linux.fence.Fence} is its sets,
 * {@link dev.baton.datapath.linux.fence.FenceTables} its tables in either {@link
 * dev.baton.datapath.linux.fence.FenceForm}, {@link dev.baton.datapath.linux.fence.FenceLease} the elements with a
 * timeout that open it, {@link dev.baton.datapath.linux.fence.HeldAddresses} the EIPs that this node has on its
 * interface and in the fence. The lease may be renewed by another thread; all else belongs to the datapath's.
 */
@NullMarked
package dev.baton.datapath.linux.fence;

import org.jspecify.annotations.NullMarked;
