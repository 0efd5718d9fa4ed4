package dev.baton.bridge.watch;

import dev.baton.metrics.Counters;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes all responses of the API server, which the client would keep to itself: counts failures by code, logs
 * overload and expiry, and remembers Retry-After for later requests.
 */
public final class ApiResponses implements Interceptor {
    private static final Logger log = LoggerFactory.getLogger(ApiResponses.class);

    /** Longer Retry-After values are capped at this. */
    private static final Duration LONGEST_WISH = Duration.ofSeconds(20);

    private static final int GONE = 410;
    private static final int TOO_MANY = 429;

    /** What a request is for. The API server has a limit for each purpose. */
    public enum Purpose {
        READ,
        WATCH,
        LEASE,
        WRITE;

        static Purpose of(HttpRequest request) {
            URI uri = request.uri();
            if (uri.getPath().contains("/leases")) {
                return LEASE;
            }
            if (!request.method().equals("GET")) {
                return WRITE;
            }
            return hasOption(uri, "watch=true") ? WATCH : READ;
        }
    }

    private final Counters counters;
    private final RateLimitedLog problems = new RateLimitedLog();
    private final Map<Purpose, Long> notBefore = new ConcurrentHashMap<>();
    private final Set<String> expired = ConcurrentHashMap.newKeySet();
    private final Set<String> listed = ConcurrentHashMap.newKeySet();

    ApiResponses(Counters counters) {
        this.counters = counters;
    }

    /**
     * Whether this is the first page of a list of all objects of a kind: at the start, or when a watch could not
     * continue.
     */
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (Purpose.of(request) == Purpose.READ
                && hasOption(request.uri(), "limit=")
                && !hasOption(request.uri(), "continue=")) {
            String kinds = kinds(request.uri());
            counters.add("baton_bridge_lists_total", "resource", kinds);
            if (!listed.add(kinds) && problems.isDue("list " + kinds)) {
                log.info("event=listing_again resource={}", kinds);
            }
        }
    }

    @Override
    public CompletableFuture<Boolean> afterFailure(BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
        int code = response.code();
        Purpose purpose = Purpose.of(response.request());
        counters.add("baton_bridge_api_failures_total", "code", Integer.toString(code));
        long wish = wishedNanos(response);
        if (wish > 0) {
            notBefore.merge(purpose, System.nanoTime() + wish, (known, now) -> now - known > 0 ? now : known);
        }
        if (code == GONE && purpose == Purpose.WATCH) {
            expired.add(kinds(response.request().uri()));
        }
        boolean told = code == GONE || code == TOO_MANY || code >= 500;
        if (told && problems.isDue(purpose + " " + code)) {
            log.warn(
                    "event=api_server_refuses purpose={} code={} retry_after_s={} request=\"{} {}\"",
                    purpose,
                    code,
                    TimeUnit.NANOSECONDS.toSeconds(wish),
                    response.request().method(),
                    response.request().uri().getPath());
        }
        return CompletableFuture.completedFuture(false);
    }

    /** For how long the API server wants no more requests for this purpose. */
    public long pauseNanos(Purpose purpose) {
        Long until = notBefore.get(purpose);
        return until == null ? 0 : Math.max(0, until - System.nanoTime());
    }

    /**
     * Whether a watch was refused at its start because its version is too old. The client makes a new list when a
     * running watch ends for that reason, but not when a watch cannot start: it would repeat the same request for
     * ever.
     */
    boolean takeExpired(String kinds) {
        return expired.remove(kinds);
    }

    /** The label of a counter; "none" if there was no response. */
    public static String code(KubernetesClientException e) {
        return e.getCode() > 0 ? Integer.toString(e.getCode()) : "none";
    }

    private static long wishedNanos(HttpResponse<?> response) {
        String text = response.header("Retry-After");
        try {
            long seconds = text == null ? 0 : Long.parseLong(text.strip());
            return TimeUnit.SECONDS.toNanos(Math.clamp(seconds, 0, LONGEST_WISH.toSeconds()));
        } catch (NumberFormatException e) {
            return 0; // a date, which Kubernetes does not send
        }
    }

    private static boolean hasOption(URI uri, String option) {
        return uri.getQuery() != null && uri.getQuery().contains(option);
    }

    /** The plural that ends the path of all objects of a kind. */
    private static String kinds(URI uri) {
        return uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
    }
}
