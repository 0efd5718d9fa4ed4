package dev.baton.failover.runner;

import dev.baton.contract.FleetId;
import dev.baton.contract.StateAt;
import dev.baton.failover.runner.Past.Snapshots;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the latest snapshots that a start may use. A runner takes the snapshots of all fleets of its partition in one
 * round, at one offset, and each says how many there are; so a reader that has found one whole round knows that it has
 * missed no fleet.
 *
 * @param <S> of one kind
 */
public final class SnapshotRounds<S extends StateAt> {
    private record Round(int size, SortedSet<FleetId> fleets) {}

    private final Class<S> kind;
    private final long offset;
    private final SortedMap<FleetId, S> latest = new TreeMap<>();
    private final SortedMap<Long, Round> rounds = new TreeMap<>();
    private OptionalLong newest = OptionalLong.empty();

    /** @param offset the latest that a snapshot may be of */
    public SnapshotRounds(Class<S> kind, long offset) {
        this.kind = kind;
        this.offset = offset;
    }

    /**
     * Takes the next record of the snapshots' log, of whatever kind.
     *
     * @param fleets how many fleets the round has
     */
    public void add(StateAt snapshot, int fleets) {
        if (!kind.isInstance(snapshot)) {
            return;
        }
        newest = OptionalLong.of(Math.max(newest.orElse(0), snapshot.offset()));
        if (snapshot.offset() <= offset) {
            latest.merge(
                    snapshot.fleet(),
                    kind.cast(snapshot),
                    (before, next) -> next.offset() >= before.offset() ? next : before);
            rounds.computeIfAbsent(snapshot.offset(), at -> new Round(fleets, new TreeSet<>()))
                    .fleets()
                    .add(snapshot.fleet());
        }
    }

    public Snapshots<S> found() {
        return new Snapshots<>(List.copyOf(latest.values()), wholeAt(), newest);
    }

    private OptionalLong wholeAt() {
        return rounds.entrySet().stream()
                .filter(round ->
                        round.getValue().fleets().size() >= round.getValue().size())
                .mapToLong(Map.Entry::getKey)
                .max();
    }
}
