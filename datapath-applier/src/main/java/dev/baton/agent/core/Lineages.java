package dev.baton.agent.core;

import dev.baton.contract.Lineage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which lineage a node obeys, and which it has left. It never goes back to one that it left: a coordinator of a log
 * that is no more may still say what it had to say.
 *
 * @param obeyed empty: none was read yet
 * @param left the latest ones, oldest first
 */
public record Lineages(Optional<Lineage> obeyed, List<Lineage> left) {
    public static final Lineages NONE = new Lineages(Optional.empty(), List.of());

    private static final int MOST_LEFT = 16;

    public Lineages {
        left = List.copyOf(left);
    }

    /** Whether something that says this lineage is of a log that the node has left. */
    boolean isLeft(Optional<Lineage> said) {
        return said.isPresent() && left.contains(said.get());
    }

    /** Whether the node has to let go before it may read on. */
    boolean isOther(Optional<Lineage> said) {
        return said.isPresent() && obeyed.isPresent() && !said.equals(obeyed) && !isLeft(said);
    }

    /** What the first record that says a lineage makes of it. */
    Lineages reading(Optional<Lineage> said) {
        return obeyed.isPresent() ? this : new Lineages(said, left);
    }

    /** The node has left what it obeyed, and obeys this one from now on. */
    public Lineages entering(Lineage next) {
        var behind = new ArrayList<>(left);
        obeyed.ifPresent(behind::add);
        int from = Math.max(0, behind.size() - MOST_LEFT);
        return new Lineages(Optional.of(next), behind.subList(from, behind.size()));
    }

    /** Other logs are read from now on; they may be a copy, of the same lineage. */
    public Lineages unknown() {
        return new Lineages(Optional.empty(), left);
    }
}
