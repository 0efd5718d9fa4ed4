package dev.baton.agent.core;

import dev.baton.contract.Timings;
import java.time.Duration;

/**
 * How long a node may go on that writes to the logs and cannot read them. It may be asked to let go of an EIP, or to
 * take one, and would not answer: nobody would hold that EIP.
 */
public final class Deafness {
    /**
     * Longer than Kafka takes to elect another leader for a partition whose broker died: that costs no node its EIPs.
     */
    private static final Duration LEAST = Duration.ofSeconds(30);

    private static final int TIMEOUTS = 10;

    private Deafness() {}

    /** After this it lets go of everything, falls silent, and comes back once it has read the logs. */
    public static Duration patience(Timings timings) {
        Duration patience = timings.eipEvictionTimeout().multipliedBy(TIMEOUTS);
        return patience.compareTo(LEAST) > 0 ? patience : LEAST;
    }
}
