package dev.baton.failover.core;

import dev.baton.contract.AddressClaim;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import java.util.List;

/**
 * Other machines that claim the address of an EIP while a node holds it. The holder has it by right and defends it, so
 * the EIP stays; but until the other machine gives way, answers may go there, and somebody has to be told.
 */
final class Claims {
    private Claims() {}

    /** Tells of each claim that the node has not said before. It says a claim for as long as it is repeated. */
    static void tell(Turn turn, FleetNode before, FleetNode heard) {
        if (!turn.state().rules().include(Rules.MODES)) {
            return;
        }
        List<AddressClaim> known = of(before);
        for (AddressClaim claim : of(heard)) {
            if (!known.contains(claim)) {
                Allocation.allocated(turn, claim.address())
                        .filter(eip -> isHeldBy(turn, eip, heard))
                        .ifPresent(eip -> turn.decide(new AlertRaised(
                                AlertCode.ADDRESS_CLAIMED, "eip " + eip + " claimed by " + claim.owner())));
            }
        }
    }

    private static List<AddressClaim> of(FleetNode node) {
        return node.parent().map(ParentInterface::claims).orElse(List.of());
    }

    private static boolean isHeldBy(Turn turn, Eip eip, FleetNode node) {
        return turn.state()
                .eips()
                .get(eip)
                .flatMap(known -> known.assignment().holder())
                .filter(holder -> holder.node().equals(node.node()))
                .isPresent();
    }
}
