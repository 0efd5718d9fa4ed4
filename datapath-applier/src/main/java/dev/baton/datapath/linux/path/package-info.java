/**
 * Whether the paths to other nodes carry packets: {@link dev.baton.datapath.linux.path.PathProbes} sends packets to
 * other nodes that come back through their forwarding, and says of which nodes none comes back.
 *
 * <p>Flow: {@link dev.baton.datapath.linux.path.Plan} says what this node probes, by {@link
 * dev.baton.datapath.linux.path.Ring} (both pure); {@link dev.baton.datapath.linux.path.ProbeSockets} sends and
 * receives {@link dev.baton.datapath.linux.path.ProbeFrame}s, and {@link dev.baton.datapath.linux.path.PathRecord}
 * makes lost and found of them (pure, time comes in as an argument). Nothing here changes the kernel.
 */
@NullMarked
package dev.baton.datapath.linux.path;

import org.jspecify.annotations.NullMarked;
