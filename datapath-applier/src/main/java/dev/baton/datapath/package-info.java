/**
 * Programs one node so that it carries what the assignments say, and nothing else.
 *
 * <p>Flow: the compacted logs fold into {@link dev.baton.datapath.core.DesiredState} (pure), a {@link
 * dev.baton.datapath.Datapath} diffs it against what it has programmed, programs, reads back, and reports what became
 * of each EIP. The kernel, not this process, enforces the lease ({@link dev.baton.datapath.KernelLease}). Must not
 * import Kafka or the coordinator.
 */
@NullMarked
package dev.baton.datapath;

import org.jspecify.annotations.NullMarked;
