package dev.baton.launcher.cli;

import dev.baton.bridge.manifest.Statuses;
import dev.baton.bridge.manifest.Statuses.Refused;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.TunnelAdopted;
import dev.baton.failover.core.FleetState;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Declares what was found, and follows the log until the decisions agree with it or cannot any more. */
final class AdoptionRun {
    private static final Duration LOOK = Duration.ofMillis(100);
    /** Nothing is declared again sooner. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Declarer declarer;
    private final FleetFollower follower;
    private final Duration limit;
    /** By the offset of the declaration: the log answers a declaration with several EIPs line by line. */
    private final TreeMap<Long, List<Refused>> refused = new TreeMap<>();

    AdoptionRun(Declarer declarer, FleetFollower follower, Duration limit) {
        this.declarer = declarer;
        this.follower = follower;
        this.limit = limit;
    }

    /** @return what was refused at last */
    List<Refused> run(Statuses found, List<AdoptionLine> lines) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        List<Refused> tunnels = TunnelRounds.run(found.tunnels(), this::declared);
        List<Refused> eips = eips(found.eips());
        long again = System.nanoTime() + AGAIN.toNanos();
        while (System.nanoTime() < deadline) {
            FleetState state = follower.state();
            if (lines.stream().allMatch(line -> line.isSame(state))) {
                break;
            }
            boolean retry = eips.stream().anyMatch(one -> one.reason() == RefusalReason.MOVE_IN_PROGRESS);
            boolean rests = lines.stream().allMatch(line -> line.isSame(state) || line.isAtRest(state));
            if (rests && !retry) {
                break;
            }
            if (rests && System.nanoTime() > again) { // what was on its way has come to rest: now it can be moved
                eips = eips(found.eips());
                again = System.nanoTime() + AGAIN.toNanos();
            } else {
                poll();
            }
        }
        return both(tunnels, eips);
    }

    private SequencedMap<TunnelAdopted, Refused> declared(List<TunnelAdopted> tunnels) throws InterruptedException {
        var refused = new LinkedHashMap<TunnelAdopted, Refused>();
        for (Declarer.Answer answer : declarer.declare(tunnels, limit)) {
            answer.refused()
                    .ifPresent(why -> refused.put(
                            (TunnelAdopted) answer.declaration(),
                            AdoptionPreview.refused(List.of(why)).getFirst()));
        }
        return refused;
    }

    private List<Refused> eips(List<EipsAdopted> gateways) throws InterruptedException {
        refused.clear();
        long last = declarer.declare(gateways, limit).stream()
                .mapToLong(Declarer.Answer::offset)
                .max()
                .orElse(-1);
        long deadline = System.nanoTime() + limit.toNanos();
        while (follower.state().declarationsOrigin().map(Origin::offset).orElse(-1L) < last) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the fleet log did not come to the declarations within " + limit.toSeconds() + "s");
            }
            poll();
        }
        return refused.values().stream().flatMap(List::stream).toList();
    }

    private void poll() {
        follower.poll(
                LOOK,
                (offset, at, entry, outcome) -> entry.origin()
                        .filter(origin -> entry.event() instanceof EipsAdopted)
                        .ifPresent(
                                origin -> refused.put(origin.offset(), AdoptionPreview.refused(outcome.decisions()))));
    }

    private static List<Refused> both(List<Refused> one, List<Refused> other) {
        var both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }
}
