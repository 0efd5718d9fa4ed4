package dev.baton.contract;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A log as data.
 *
 * @param retention empty: kept for ever
 */
public record Topic(String name, Cleanup cleanup, Optional<Duration> retention) {
    /** What happens to old records. */
    public enum Cleanup {
        DELETE,
        COMPACT;

        /** Kafka's name of it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
