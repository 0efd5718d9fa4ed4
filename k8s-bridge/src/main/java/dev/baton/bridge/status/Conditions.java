package dev.baton.bridge.status;

import dev.baton.bridge.api.Condition;
import dev.baton.contract.Assignment;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.RefusalReason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds the conditions of an object: whether the coordinator accepted it, where its EIP is and why, and what is
 * wrong. Reasons
 * are the enums of the logs.
 */
public final class Conditions {
    static final String ACCEPTED = "Accepted";
    static final String ASSIGNED = "Assigned";
    static final String DEGRADED = "Degraded";

    private final long generation;
    private final Instant now;
    private final List<Condition> existing;
    private final List<Condition> wanted = new ArrayList<>();

    /**
     * @param generation of the object that the conditions are about
     * @param existing the object's conditions so far: what did not change keeps its time
     */
    Conditions(long generation, List<Condition> existing, Instant now) {
        this.generation = generation;
        this.existing = existing;
        this.now = now;
    }

    Conditions add(String type, boolean status, String reason, String message) {
        String text = status ? "True" : "False";
        String since = existing.stream()
                .filter(old -> old.type().equals(type) && old.status().equals(text))
                .map(Condition::lastTransitionTime)
                .findFirst()
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        wanted.add(new Condition(type, text, generation, since, reason, message));
        return this;
    }

    /** @param malformed why the readers refused it, if they did; then the coordinator was not asked */
    Conditions accepted(Optional<String> malformed, Optional<DeclarationRefused> refusal, boolean known) {
        if (malformed.isPresent()) {
            return add(ACCEPTED, false, RefusalReason.MALFORMED.name(), malformed.get());
        }
        if (refusal.isPresent()) {
            return add(
                    ACCEPTED,
                    false,
                    refusal.get().reason().name(),
                    refusal.get().detail());
        }
        return known ? add(ACCEPTED, true, "ACCEPTED", "") : unanswered();
    }

    /** While a declaration that was sent again is unanswered, keep showing the last refusal of the same spec. */
    private Conditions unanswered() {
        existing.stream()
                .filter(old -> old.type().equals(ACCEPTED)
                        && old.status().equals("False")
                        && old.observedGeneration() == generation)
                .forEach(wanted::add);
        return this;
    }

    Conditions assigned(FleetEip eip) {
        Assignment now = eip.assignment();
        String where = now.holder().map(Holder::toString).orElse("nobody");
        return add(
                ASSIGNED,
                now.holder().isPresent(),
                now.reason().name(),
                "eip=" + now.eip() + " holder=" + where + " epoch=" + now.epoch() + " cause=" + now.cause());
    }

    Conditions degraded(Optional<AlertCode> alert, String message) {
        return add(DEGRADED, alert.isPresent(), alert.map(AlertCode::name).orElse("NONE"), message);
    }

    List<Condition> conditions() {
        return List.copyOf(wanted);
    }
}
