package dev.baton.bridge;

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
 * How a bridge talks to the API server. Lists and watches are tried again by the client, which keeps nobody waiting in the
 * meantime; whoever waits for an answer is told at once, and tries again in its own time.
 */
public final class ApiServer implements AutoCloseable {
    public static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    public static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

    /** Doubled five times: seconds after the API server is back, everything is watched again. */
    private static final Duration WATCH_AGAIN = Duration.ofMillis(250);

    private final Counters counters = new Counters();
    private final Answers answers = new Answers(counters);
    private final KubernetesClient client;

    private ApiServer(Config config, Optional<Executor> tasks) {
        var made = new KubernetesClientBuilder();
        tasks.ifPresent(made::withTaskExecutor);
        this.client = made.withConfig(config)
                .withHttpClientBuilderConsumer(builder -> builder.addOrReplaceInterceptor("baton-answers", answers))
                .build();
    }

    /**
     * @param config where it is and who asks
     * @param connectLimit for a connection
     * @param requestLimit for an answer
     */
    public static ApiServer reach(Config config, Duration connectLimit, Duration requestLimit) {
        return reach(config, connectLimit, requestLimit, Optional.empty());
    }

    /** @param tasks what works through answers and tells of what is watched; empty: threads of the client's own */
    public static ApiServer reach(
            Config config, Duration connectLimit, Duration requestLimit, Optional<Executor> tasks) {
        // fabric8 knows no jitter. Each process has a pace of its own instead.
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
     * For who waits: the client itself would try again before it tells anybody.
     */
    KubernetesClient once(Duration limit) {
        RequestConfig config = new RequestConfigBuilder(
                        client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout((int) limit.toMillis())
                .build();
        return client.newClient(config).adapt(KubernetesClient.class);
    }

    /** The same within the limit of all requests. */
    public KubernetesClient once() {
        return once(Duration.ofMillis(client.getConfiguration().getRequestTimeout()));
    }

    Answers answers() {
        return answers;
    }

    public Counters counters() {
        return counters;
    }

    @Override
    public void close() {
        client.close();
    }
}
