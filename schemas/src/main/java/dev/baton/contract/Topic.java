package dev.baton.contract;

import java.time.Duration;
import java.util.Optional;

/**
 * A log as data.
 *
 * @param retention empty: kept for ever
 */
public record Topic(String name, Cleanup cleanup, Optional<Duration> retention) {
    /** What becomes of old records. */
    public enum Cleanup {
        DELETE,
        COMPACT;

        /** Kafka's word for it. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
