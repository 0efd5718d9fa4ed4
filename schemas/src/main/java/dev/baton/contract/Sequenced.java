package dev.baton.contract;

import java.util.Optional;

/**
 * An entry of {@code baton.fleet} with where it came from. An intake that starts again may write an entry twice; the
 * fold takes each origin once, in order.
 *
 * @param origin empty for a tick, which begins in the fleet log itself
 * @param drawn at random by its writer, for the case that this is the log's first entry: then it is the log's lineage
 *     from here on. Empty: its writer is of a release that draws none
 */
public record Sequenced(FleetId fleet, Optional<Origin> origin, FleetEvent event, Optional<Lineage> drawn) {
    /** An entry whose writer has drawn no lineage. */
    public Sequenced(FleetId fleet, Optional<Origin> origin, FleetEvent event) {
        this(fleet, origin, event, Optional.empty());
    }

    /**
     * The record of another log that caused an entry.
     *
     * @param source which log
     * @param offset its offset there
     * @param index which of the entries it caused, from 0
     */
    public record Origin(Source source, long offset, int index) {
        public boolean after(Origin other) {
            return offset > other.offset || (offset == other.offset && index > other.index);
        }
    }

    /** The logs that feed the fleet log. */
    public enum Source {
        HEARTBEATS,
        DECLARATIONS
    }
}
