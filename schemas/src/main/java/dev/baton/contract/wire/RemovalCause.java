package dev.baton.contract.wire;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The cause of a removal from a compacted log: offset of the entry of the fleet log, in decimal, in the header
 * {@value #HEADER}. Every other value carries its cause itself. By it a reader tells an old word from a new one.
 */
public final class RemovalCause {
    public static final String HEADER = "cause";

    private RemovalCause() {}

    public static Headers headers(long cause) {
        return new RecordHeaders().add(HEADER, Long.toString(cause).getBytes(StandardCharsets.US_ASCII));
    }

    /** Empty if the removal does not say, as one that somebody made by hand. */
    public static OptionalLong of(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(new String(header.value(), StandardCharsets.US_ASCII)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
