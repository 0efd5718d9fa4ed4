package dev.baton.bridge.admission;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhook as a whole: it creates and renews its key, runs the server, and registers its certificate with the API
 * server.
 */
public final class Webhook implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhook.class);

    /**
     * @param address where to listen
     * @param namespace of the Secret and the service
     * @param names what the API server calls the server, {@code dns:baton-bridge.NAMESPACE.svc} or {@code ip:127.0.0.1}
     * @param families which families gateways may have
     * @param lookEvery how often it looks for a new key or newly installed configurations
     */
    public record Options(
            InetSocketAddress address, String namespace, List<String> names, Families families, Duration lookEvery) {
        public static final Duration LOOK_EVERY = Duration.ofSeconds(30);
        /** Of the Secret and of both webhook configurations. */
        public static final String NAME = "baton-webhook";

        public Options {
            names = List.copyOf(names);
        }

        /** The names of a service within the cluster. */
        public static List<String> serviceNames(String service, String namespace) {
            return List.of("dns:" + service + "." + namespace + ".svc");
        }
    }

    /** What the bridge around it knows. */
    public interface Standing {
        /** Whether all objects of the API server were listed. */
        boolean ready();

        /** Whether it may change what is not its own. If not, every request is allowed as it is. */
        boolean acts();
    }

    private final KubernetesClient client;
    private final Standing standing;
    private final Options options;
    private final InstantSource clock;
    private final CurrentKey serving;
    private final WebhookServer server;
    private final ScheduledExecutorService upkeep;

    private SharedKey key;

    private Webhook(
            KubernetesClient client,
            Standing standing,
            Options options,
            InstantSource clock,
            SharedKey key,
            CurrentKey serving,
            WebhookServer server) {
        this.client = client;
        this.standing = standing;
        this.options = options;
        this.clock = clock;
        this.key = key;
        this.serving = serving;
        this.server = server;
        this.upkeep = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("webhook-upkeep").factory());
    }

    /**
     * @throws KubernetesClientException if the API server does not answer or refuses
     */
    public static Webhook start(
            KubernetesClient client, Options options, ClusterObjects cluster, Standing standing, InstantSource clock)
            throws IOException, GeneralSecurityException {
        SharedKey key = SharedKey.of(client, options.namespace(), Options.NAME, options.names(), clock.instant());
        var serving = new CurrentKey(key.key().opened(), key.key().password());
        var admission = new Admission(options.families(), cluster, standing::acts);
        FirstVerdict.by(admission);
        WebhookServer server = WebhookServer.start(options.address(), serving.context(), admission, standing::ready);
        var webhook = new Webhook(client, standing, options, clock, key, serving, server);
        webhook.upkeep.scheduleWithFixedDelay(
                webhook::keepUp, 0, options.lookEvery().toMillis(), TimeUnit.MILLISECONDS);
        return webhook;
    }

    public InetSocketAddress address() {
        return server.address();
    }

    private void keepUp() {
        try {
            SharedKey found = SharedKey.of(client, options.namespace(), Options.NAME, options.names(), clock.instant());
            // First the API server must trust the certificate, then it is served.
            if (standing.acts()) {
                Registration.trust(client, Options.NAME, found.caBundle());
            }
            if (!found.trusted().equals(key.trusted())) {
                serving.replace(found.key().opened(), found.key().password());
                key = found;
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            log.warn("event=webhook_upkeep_failed reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public void close() {
        upkeep.shutdownNow();
        server.close();
    }
}
