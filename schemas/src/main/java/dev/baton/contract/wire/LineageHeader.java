package dev.baton.contract.wire;

import dev.baton.contract.Lineage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Of which fleet log a record of a compacted log follows, in the header {@value #HEADER}, removals too. A reader that
 * obeys another one has to let go first and to forget what it has read.
 */
public final class LineageHeader {
    public static final String HEADER = "lineage";

    private LineageHeader() {}

    /** Adds nothing for a log whose writers drew no lineage. */
    public static void add(Headers headers, Optional<Lineage> lineage) {
        lineage.ifPresent(known -> headers.add(HEADER, known.value().getBytes(StandardCharsets.US_ASCII)));
    }

    /** Empty if the record does not say, as one of an older release or one that somebody made by hand. */
    public static Optional<Lineage> of(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Lineage(new String(header.value(), StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
