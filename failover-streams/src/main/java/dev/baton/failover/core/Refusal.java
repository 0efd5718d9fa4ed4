package dev.baton.failover.core;

import dev.baton.contract.Decision.DeclarationAccepted;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.RefusalReason;
import java.util.Optional;

/** Why a declaration is not taken: the subject, the reason, and the values with what is allowed. */
record Refusal(String subject, RefusalReason reason, String detail) {

    /** Decides on a declaration; true if it was taken. */
    static boolean accepted(Turn turn, long origin, Optional<Refusal> refusal) {
        if (refusal.isPresent()) {
            Refusal why = refusal.get();
            turn.decide(new DeclarationRefused(origin, why.subject, why.reason, why.detail));
            return false;
        }
        turn.decide(new DeclarationAccepted(origin));
        return true;
    }
}
