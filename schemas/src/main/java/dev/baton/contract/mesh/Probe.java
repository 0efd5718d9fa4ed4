package dev.baton.contract.mesh;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How an endpoint is asked whether it can take requests.
 *
 * @param interval from one question to the next
 * @param timeout after which no answer is a failure; not longer than the interval
 */
public record Probe(Question question, Duration interval, Duration timeout) {
    public Probe {
        if (!timeout.isPositive() || timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException(
                    "probe: timeout " + timeout + " is not above 0s and at most the interval, " + interval);
        }
    }

    /** What is sent, and which answers are good. */
    public sealed interface Question {}

    /** A connection is enough. */
    public record Tcp() implements Question {}

    /**
     * A GET request.
     *
     * @param host its {@code Host} or {@code :authority}; empty: the endpoint's own
     * @param path with its leading {@code /}
     * @param statuses that are good; none: 200 to 399
     */
    public record Http(Version version, String host, String path, SortedSet<Integer> statuses) implements Question {
        private static final int FIRST_STATUS = 100;
        private static final int LAST_STATUS = 599;
        private static final int FIRST_GOOD = 200;
        private static final int LAST_GOOD = 399;

        public Http {
            statuses = Collections.unmodifiableSortedSet(new TreeSet<>(statuses));
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("probe: path \"" + path + "\" does not begin with /");
            }
            for (int status : statuses) {
                if (status < FIRST_STATUS || status > LAST_STATUS) {
                    throw new IllegalArgumentException(
                            "probe: status " + status + " is not from " + FIRST_STATUS + " to " + LAST_STATUS);
                }
            }
        }

        public boolean isGood(int status) {
            return statuses.isEmpty() ? status >= FIRST_GOOD && status <= LAST_GOOD : statuses.contains(status);
        }
    }

    /** Over plain text: HTTP/2 begins at once, without an upgrade. */
    public enum Version {
        HTTP_1_1,
        HTTP_2
    }

    /**
     * The {@code Check} of gRPC's health protocol.
     *
     * @param service empty: the server as a whole
     */
    public record Grpc(String service) implements Question {}
}
