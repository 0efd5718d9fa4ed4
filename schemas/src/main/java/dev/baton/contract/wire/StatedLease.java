package dev.baton.contract.wire;

import dev.baton.contract.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What a heartbeat says to every release, older ones included: how long its lease may last from its acknowledgement
 * on, in milliseconds, in decimal, in the header {@value #HEADER}. A coordinator that cannot read the rest must wait at
 * least so long.
 */
public final class StatedLease {
    public static final String HEADER = "lease";

    private StatedLease() {}

    public static Headers headers(Heartbeat heartbeat) {
        String millis = Long.toString(heartbeat.evictionTimeout().toMillis());
        return new RecordHeaders().add(HEADER, millis.getBytes(StandardCharsets.US_ASCII));
    }

    /** Empty if the record does not say, as one that is no heartbeat. */
    public static Optional<Duration> of(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        try {
            Duration lease = Duration.ofMillis(Long.parseLong(new String(header.value(), StandardCharsets.US_ASCII)));
            return Optional.of(lease)
                    .filter(told -> !told.isNegative() && told.compareTo(Heartbeat.LONGEST_TIMEOUT) <= 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
