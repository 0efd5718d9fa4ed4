package dev.baton.contract;

import java.time.Instant;
import java.util.List;

/**
 * What the liveness fold knew and read when it changed the phase of one or more nodes. It can be decided again from
 * this, for ever: heartbeats are kept for a day.
 *
 * @param before the state before the entry, of these nodes only
 * @param entry that changed it
 * @param heard what these nodes had said last, oldest first, as far as the coordinator had read it itself; decides
 *     nothing
 */
public record Excerpt(LivenessSnapshot before, HeartbeatsEntry entry, List<HeartbeatsEntry> heard) {
    /**
     * An entry of {@code baton.heartbeats}.
     *
     * @param appendedAt by the clock of the log's leader
     */
    public record HeartbeatsEntry(long offset, Instant appendedAt, LivenessEvent event) {}

    public Excerpt {
        heard = List.copyOf(heard);
    }

    public FleetId fleet() {
        return before.fleet();
    }
}
