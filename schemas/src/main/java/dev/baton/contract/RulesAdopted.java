package dev.baton.contract;

import java.util.Optional;

/**
 * From here on the log is folded by these rules, and its records may be written in their formats.
 *
 * @param lineage of the fleet's log, for the liveness fold, which does not read that log
 */
public record RulesAdopted(Rules rules, Optional<Lineage> lineage) implements LivenessEvent, Declaration {
    public RulesAdopted(Rules rules) {
        this(rules, Optional.empty());
    }
}
