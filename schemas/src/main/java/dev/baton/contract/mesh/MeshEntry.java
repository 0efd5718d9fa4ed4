package dev.baton.contract.mesh;

import dev.baton.contract.FleetId;
import java.util.Optional;

/**
 * An entry of {@code baton.mesh} with where it came from. An intake that starts again may write an entry twice; the
 * fold takes each origin once, in order.
 *
 * @param mesh whose log it is: a mesh is named as a fleet is
 * @param origin empty for a tick, which begins in this log itself
 */
public record MeshEntry(FleetId mesh, Optional<Origin> origin, MeshEvent event) {
    /**
     * The record of another log that caused an entry.
     *
     * @param offset its offset there
     * @param index which of the entries it caused, from 0
     */
    public record Origin(Source source, long offset, int index) {
        public boolean after(Origin other) {
            return offset > other.offset || (offset == other.offset && index > other.index);
        }
    }

    /** The logs that feed the log of a mesh. */
    public enum Source {
        HEALTH,
        DECLARATIONS
    }
}
