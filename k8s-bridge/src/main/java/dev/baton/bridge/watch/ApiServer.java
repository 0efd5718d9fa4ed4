package dev.baton.bridge.watch;

import dev.baton.bridge.gate.WriteGate;
import dev.baton.metrics.Counters;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How a bridge talks to the API server. The client retries lists and watches in the background. Callers that wait for
 * a response get each failure at once, and retry at their own pace.
 */
public final class ApiServer implements AutoCloseable {
    public static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    public static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

    /** Doubled up to five times, so that everything is watched again within seconds after the API server is back. */
    private static final Duration WATCH_AGAIN = Duration.ofMillis(250);

    private final Counters counters = new Counters();
    private final ApiResponses responses = new ApiResponses(counters);
    private final WriteGate gate = new WriteGate();
    private final KubernetesClient client;

    private ApiServer(Config config, Optional<Executor> tasks) {
        var made = new KubernetesClientBuilder();
        tasks.ifPresent(made::withTaskExecutor);
        this.client = made.withConfig(config)
                .withHttpClientBuilderConsumer(builder -> builder.addOrReplaceInterceptor("baton-gate", gate)
                        .addOrReplaceInterceptor("baton-responses", responses))
                .build();
    }

    /**
     * @param config the API server's address and our credentials
     * @param connectLimit for a connection
     * @param requestLimit for an answer
     */
    public static ApiServer reach(Config config, Duration connectLimit, Duration requestLimit) {
        return reach(config, connectLimit, requestLimit, Optional.empty());
    }

    /** @param tasks runs the client's callbacks; empty: the client uses threads of its own */
    public static ApiServer reach(
            Config config, Duration connectLimit, Duration requestLimit, Optional<Executor> tasks) {
        // fabric8 has no jitter, so each process chooses a pace of its own.
        Config ours = new ConfigBuilder(config)
                .withConnectionTimeout((int) connectLimit.toMillis())
                .withRequestTimeout((int) requestLimit.toMillis())
                .withRequestRetryBackoffLimit(1)
                .withWatchReconnectInterval((int) Jitter.atMost(WATCH_AGAIN.toMillis()))
                .build();
        return new ApiServer(ours, tasks);
    }

    public KubernetesClient client() {
        return client;
    }

    /**
     * A client for callers that wait: it does not retry, so they see each failure at once.
     */
    public KubernetesClient once(Duration limit) {
        RequestConfig config = new RequestConfigBuilder(
                        client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout((int) limit.toMillis())
                .build();
        return client.newClient(config).adapt(KubernetesClient.class);
    }

    /** The same, with the time limit of all requests. */
    public KubernetesClient once() {
        return once(Duration.ofMillis(client.getConfiguration().getRequestTimeout()));
    }

    /** What all clients of this API server pass; closed at first. */
    public WriteGate gate() {
        return gate;
    }

    public ApiResponses responses() {
        return responses;
    }

    public Counters counters() {
        return counters;
    }

    @Override
    public void close() {
        client.close();
    }
}
