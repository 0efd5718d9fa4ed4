package dev.baton.failover.core;

import dev.baton.contract.Decision.DeclarationAccepted;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.RefusalReason;
import java.util.Optional;

/** Why a declaration is refused: what it is about, the reason, and the values with what is allowed. */
record Refusal(String subject, RefusalReason reason, String detail) {

    /** Decides that the declaration is accepted, or refused if there is a reason to; true if it was accepted. */
    static boolean acceptOrRefuse(Turn turn, long origin, Optional<Refusal> refusal) {
        if (refusal.isPresent()) {
            Refusal why = refusal.get();
            turn.decide(new DeclarationRefused(origin, why.subject, why.reason, why.detail));
            return false;
        }
        turn.decide(new DeclarationAccepted(origin));
        return true;
    }
}
