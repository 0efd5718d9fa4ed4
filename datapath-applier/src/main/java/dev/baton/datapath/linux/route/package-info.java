/**
 * What carries an EIP's packets to its holder: rules, routes and the tunnel device, the parent interface under it, and
 * the announcements that tell the segment where an address is now.
 *
 * <p>Flow: {@link dev.baton.datapath.linux.route.RoutePlan} (pure) gives the rules and routes of a desired state,
 * {@link dev.baton.datapath.linux.route.PolicyRouting} compares them with those in the kernel and changes the
 * difference. Must not import nft's room or the fence's.
 */
@NullMarked
package dev.baton.datapath.linux.route;

import org.jspecify.annotations.NullMarked;
