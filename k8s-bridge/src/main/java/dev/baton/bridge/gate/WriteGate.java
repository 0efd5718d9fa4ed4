package dev.baton.bridge.gate;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The one place that every request to the API server passes, and the reason why a bridge in observe mode changes
 * nothing. It stands in the HTTP client and not in the writers: whoever adds a writer need not think of it, and cannot
 * get around it. It is closed until somebody opens it, and closes by itself when the reason to open it is too old, so
 * that a bridge that hangs or forgets holds back and does not write.
 *
 * <p>Reading always passes. So does what is Baton's own, by its full path in its own namespace: the Lease, the report,
 * the webhook's key, and Events, which there can only be about objects of that namespace.
 */
public final class WriteGate implements Interceptor {
    /** The report's name. */
    public static final String REPORT = "baton-report";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** @param hold empty: open until then, by {@link System#nanoTime} */
    private record State(Optional<Hold> hold, Optional<Long> untilNanos) {
        Optional<Hold> now() {
            boolean over = untilNanos.isPresent() && untilNanos.get() - System.nanoTime() <= 0;
            return over ? Optional.of(Hold.NOT_KNOWN_YET) : hold;
        }
    }

    private volatile State state = new State(Optional.of(Hold.NOT_KNOWN_YET), Optional.empty());
    private volatile String namespace = "";

    /** @param namespace Baton's own */
    public void belongsTo(String namespace) {
        this.namespace = namespace;
    }

    public void close(Hold hold) {
        state = new State(Optional.of(hold), Optional.empty());
    }

    /** @param lasting for how long this is known to be right */
    public void open(Duration lasting) {
        state = new State(Optional.empty(), Optional.of(System.nanoTime() + lasting.toNanos()));
    }

    /** For a command that an operator gave, such as the cleanup. */
    public void openForGood() {
        state = new State(Optional.empty(), Optional.empty());
    }

    /** Why it is closed; empty if it is open. */
    public Optional<Hold> hold() {
        return state.now();
    }

    public boolean isOpen() {
        return hold().isEmpty();
    }

    /** The same for a writer that knows its object and not yet its request. */
    public boolean lets(String kind, String namespace) {
        boolean own = namespace.equals(this.namespace) && (kind.equals("ConfigMap") || kind.equals("Event"));
        return own || isOpen();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        String path = request.uri().getPath();
        Optional<Hold> hold = hold();
        if (hold.isPresent() && !READING.contains(request.method()) && !isOwn(request.method(), path)) {
            throw new WriteHeld(request.method() + " " + path, hold.get());
        }
    }

    /** The API server may be behind a path of a proxy, so only the end of the path is compared. */
    private boolean isOwn(String method, String path) {
        String home = "/namespaces/" + namespace;
        String core = "/api/v1" + home;
        String leases = "/apis/coordination.k8s.io/v1" + home + "/leases";
        boolean made = method.equals("POST")
                && (path.endsWith(leases) || path.endsWith(core + "/secrets") || path.endsWith(core + "/events"));
        return !namespace.isEmpty()
                && (made
                        || path.endsWith(leases + "/baton-bridge")
                        || path.endsWith(core + "/configmaps/" + REPORT)
                        || path.endsWith(core + "/secrets/baton-webhook"));
    }
}
