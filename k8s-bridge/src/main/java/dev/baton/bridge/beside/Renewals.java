package dev.baton.bridge.beside;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether those who hold Leases renew them. As in the election of our own leader no wall clock counts: a Lease that
 * has not changed for its whole duration, between two looks, is no longer held, whatever time is written in it.
 * EgressGateway's controller does not release its Lease when it ends, so that an old one may be there for ever.
 */
public final class Renewals {
    /** Longer ones are cut: a Lease of a day that nobody renews must not hold back everything for a day. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    /**
     * A Lease as one look found it.
     *
     * @param name with the namespace
     * @param version another than before: it was renewed
     */
    public record Found(String name, String version, String holder, Duration duration) {}

    public enum Life {
        /** Seen, but not for long enough to say more. */
        UNKNOWN,
        RENEWED,
        ENDED
    }

    /** @param life as of the last look */
    public record Known(Found found, Life life) {}

    private record Seen(Found found, long sinceNanos, boolean changed, Life life) {}

    private Map<String, Seen> seen = Map.of();
    private Optional<Long> lookedNanos = Optional.empty();

    /**
     * Takes what a look has found; a Lease that is not among it is gone.
     *
     * @param askedNanos when the request was sent: the Leases were so at least then
     * @param answeredNanos when the answer was there: the Leases were so at most then
     */
    public void look(Collection<Found> found, long askedNanos, long answeredNanos) {
        var now = new TreeMap<String, Seen>();
        for (Found lease : found) {
            now.put(lease.name(), next(lease, askedNanos, answeredNanos));
        }
        seen = now;
        lookedNanos = Optional.of(askedNanos);
    }

    private Seen next(Found lease, long askedNanos, long answeredNanos) {
        Optional<Seen> same = Optional.ofNullable(seen.get(lease.name()))
                .filter(before -> before.found().version().equals(lease.version()));
        // At the first look of all nobody knows how old it is; later a new one was made just now.
        boolean changed = same.map(Seen::changed).orElseGet(lookedNanos::isPresent);
        long since = same.map(Seen::sinceNanos).orElse(answeredNanos);
        Duration duration = lease.duration().compareTo(LONGEST) < 0 ? lease.duration() : LONGEST;
        boolean ended = lease.holder().isEmpty() || askedNanos - since > duration.toNanos();
        return new Seen(lease, since, changed, ended ? Life.ENDED : changed ? Life.RENEWED : Life.UNKNOWN);
    }

    /** By name. */
    public List<Known> known() {
        return seen.values().stream()
                .map(lease -> new Known(lease.found(), lease.life()))
                .toList();
    }

    /** When the last look that was answered began, by {@link System#nanoTime}. */
    public Optional<Long> lookedNanos() {
        return lookedNanos;
    }
}
