package dev.baton.failover.core;

import dev.baton.contract.Beginning;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.Declaration;
import dev.baton.contract.EarlierLeasesOver;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Tick;
import dev.baton.contract.TunnelPhaseChanged;
import java.util.Optional;

/**
 * A fleet that decides nothing: it is sealed, so that its state can be carried to another log, or it is being declared
 * part by part from one. What nodes say of themselves is noted, time goes on, and all else is refused.
 */
final class Standstill {
    private Standstill() {}

    static boolean is(FleetState state) {
        return state.sealed() || state.beginning() == Beginning.IMPORTING;
    }

    /** @return whether the fleet decides again */
    static boolean fold(Turn turn, FleetEvent event, long origin) {
        switch (event) {
            case TunnelPhaseChanged changed -> Nodes.phaseChanged(turn, changed);
            case NodeLeaving leaving -> Nodes.leaving(turn, leaving);
            case Tick tick -> LogClock.count(turn, tick);
            case DatapathAcknowledged ack -> Assignments.answeredMeanwhile(turn, ack);
            case EarlierLeasesOver over -> turn.ignore(Ignored.STANDSTILL);
            case FleetSealed sealed -> seal(turn, sealed, origin);
            case FleetImported imported -> Imports.take(turn, imported.part(), origin);
            case Declaration declaration -> refuse(turn, origin);
        }
        return !is(turn.state());
    }

    static void seal(Turn turn, FleetSealed sealed, long origin) {
        boolean possible = turn.state().beginning() == Beginning.OVER;
        Optional<Refusal> refusal = possible
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "fleet " + turn.state().fleet(),
                        RefusalReason.FLEET_SEALED,
                        "its log is new and gives no EIPs yet: it cannot be sealed before it does"));
        if (Refusal.acceptOrRefuse(turn, origin, refusal)) {
            turn.seal(sealed.sealed());
        }
    }

    private static void refuse(Turn turn, long origin) {
        String why = turn.state().sealed()
                ? "it is sealed to be carried to another log; baton fleet reopen ends that"
                : "its state is being imported; baton fleet import ends that";
        Refusal.acceptOrRefuse(
                turn,
                origin,
                Optional.of(new Refusal("fleet " + turn.state().fleet(), RefusalReason.FLEET_SEALED, why)));
    }
}
