/**
 * Who else has an EIP's address: {@link dev.baton.datapath.linux.claim.DuplicateAddresses} asks the segment before an
 * EIP is taken without its former holder's release, and listens while it is held.
 *
 * <p>Flow: {@link dev.baton.datapath.linux.claim.AddressWatch} sends and receives frames, {@link
 * dev.baton.datapath.linux.claim.Claim} is what one of them says (pure), {@link
 * dev.baton.datapath.linux.claim.FleetMacs} knows whose machine that is, and {@link
 * dev.baton.datapath.linux.claim.Conflicts} what follows for an address that is held (pure).
 */
@NullMarked
package dev.baton.datapath.linux.claim;

import org.jspecify.annotations.NullMarked;
