package dev.baton.bridge.beside;

import dev.baton.bridge.beside.BesidePods.BesidePod;
import dev.baton.bridge.beside.Renewals.Known;
import dev.baton.bridge.beside.Renewals.Life;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether EgressGateway's controller lives: it renews its Lease, or a pod of it is Ready, which covers one that runs
 * without election and one that is about to lead. Used by the loop's thread only.
 */
public final class Beside {
    /** The name of the Lease by which EgressGateway's controllers elect a leader, in whatever namespace. */
    public static final String LEASE = "egressgateway";

    /** What was learnt from a look at the Leases counts for so long. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    public final Renewals leases = new Renewals();
    public final BesidePods pods = new BesidePods();

    public sealed interface Verdict {
        /** @param evidence for people */
        record Alive(String evidence) implements Verdict {}

        record NotKnown(String reason) implements Verdict {}

        /** @param lasting for how long from now this counts */
        record Gone(Duration lasting) implements Verdict {}
    }

    /** @param listed whether all pods were listed */
    public Verdict verdict(boolean listed, long nowNanos) {
        Optional<BesidePod> pod = pods.readyController();
        if (pod.isPresent()) {
            return new Verdict.Alive("pod " + pod.get().name() + " is Ready");
        }
        List<Known> known = leases.known();
        Optional<Known> renewed =
                known.stream().filter(lease -> lease.life() == Life.RENEWED).findFirst();
        if (renewed.isPresent()) {
            return new Verdict.Alive("lease " + renewed.get().found().name() + " is renewed by "
                    + renewed.get().found().holder());
        }
        if (!listed || leases.lookedNanos().isEmpty()) {
            return new Verdict.NotKnown("pods and Leases are not yet read");
        }
        Duration left = FRESH.minusNanos(nowNanos - leases.lookedNanos().get());
        if (left.isNegative() || left.isZero()) {
            return new Verdict.NotKnown("Leases could not be read for " + FRESH.toSeconds() + " s");
        }
        return known.stream()
                .filter(lease -> lease.life() == Life.UNKNOWN)
                .findFirst()
                .<Verdict>map(
                        lease -> new Verdict.NotKnown("lease " + lease.found().name()
                                + " may still be renewed: it ends after "
                                + lease.found().duration().toSeconds() + " s without"))
                .orElseGet(() -> new Verdict.Gone(left));
    }
}
