package dev.baton.contract.mesh;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which requests a destination is meant by.
 *
 * @param hosts of the requests; none: any
 * @param matches of which one is enough; none: all requests to these hosts
 * @param timeout for the whole answer; empty: the proxy's own
 */
public record Calls(SortedSet<HostName> hosts, List<Match> matches, Optional<Duration> timeout) {
    /** Every request. */
    public static final Calls ANY = new Calls(new TreeSet<>(), List.of(), Optional.empty());

    public Calls {
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
        matches = List.copyOf(matches);
    }

    /**
     * All of these must fit.
     *
     * @param method such as GET; empty: any
     */
    public record Match(Path path, List<Header> headers, Optional<String> method) {
        public Match {
            headers = List.copyOf(headers);
        }
    }

    /** Of the path, without the query. */
    public record Path(Comparison comparison, String value) {
        public Path {
            if (comparison != Comparison.REGULAR_EXPRESSION && !value.startsWith("/")) {
                throw new IllegalArgumentException("path: \"" + value + "\" does not begin with /");
            }
        }
    }

    /** A header that the request must have, with this value. */
    public record Header(String name, Comparison comparison, String value) {
        public Header {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("header: its name is empty");
            }
            if (comparison == Comparison.PREFIX) {
                throw new IllegalArgumentException(
                        "header " + name + ": allowed are an exact value and a regular expression");
            }
        }
    }

    /** How a value is compared. */
    public enum Comparison {
        EXACT,
        /** Element by element: {@code /a} fits {@code /a/b}, and not {@code /ab}. */
        PREFIX,
        REGULAR_EXPRESSION
    }
}
