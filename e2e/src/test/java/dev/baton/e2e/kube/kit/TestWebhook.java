package dev.baton.e2e.kube.kit;

import dev.baton.bridge.admission.Families;
import dev.baton.bridge.admission.LiveObjects;
import dev.baton.bridge.admission.Webhook;
import dev.baton.e2e.Eventually;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** The shipped webhook in this JVM: the API server calls it by an address instead of a Service. */
public final class TestWebhook implements AutoCloseable {
    public static final String NAMESPACE = "baton";

    private static final Path MANIFEST =
            Path.of(System.getProperty("baton.root"), "deploy", "kubernetes", "webhook.yaml");

    private static final Webhook.Standing ACTING = new Webhook.Standing() {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public boolean acts() {
            return true;
        }
    };

    private final Webhook webhook;

    private TestWebhook(Webhook webhook) {
        this.webhook = webhook;
    }

    /** Starts the webhook, and waits until the API server calls it. Needs Baton's definitions. */
    public static TestWebhook start(KubeApi api, Families families) throws IOException, GeneralSecurityException {
        api.kubectl()
                .apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + NAMESPACE + "}}")
                .succeeded();
        KubernetesClient client = api.client();
        var webhook = new TestWebhook(serve(client, families));
        webhook.register(client);
        webhook.awaitAsked(api.kubectl());
        return webhook;
    }

    public static Webhook serve(KubernetesClient client, Families families)
            throws IOException, GeneralSecurityException {
        var options = new Webhook.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                NAMESPACE,
                List.of("ip:127.0.0.1"),
                families,
                Duration.ofMillis(500));
        return Webhook.start(client, options, new LiveObjects(client), ACTING, InstantSource.system());
    }

    public InetSocketAddress address() {
        return webhook.address();
    }

    private void register(KubernetesClient client) throws IOException {
        try (var file = Files.newInputStream(MANIFEST)) {
            for (HasMetadata object : client.load(file).items()) {
                switch (object) {
                    case ValidatingWebhookConfiguration validating ->
                        validating.getWebhooks().forEach(entry -> direct(entry.getClientConfig()));
                    case MutatingWebhookConfiguration mutating ->
                        mutating.getWebhooks().forEach(entry -> direct(entry.getClientConfig()));
                    case Service _ -> {
                        continue;
                    }
                    default -> throw new AssertionError(object.getKind() + " is not looked for in " + MANIFEST);
                }
                client.resource(object).create();
            }
        }
    }

    private void direct(WebhookClientConfig config) {
        String path = config.getService().getPath();
        config.setService(null);
        config.setUrl("https://127.0.0.1:" + address().getPort() + path);
    }

    /** Waits until the API server calls both webhooks, by answers that the schemas alone do not give. */
    public void awaitAsked(Kubectl kubectl) {
        Eventually.holds(Eventually.LONG, "the API server asks the webhooks", () -> {
            CommandResult reversed = kubectl.apply("""
                apiVersion: egressgateway.spidernet.io/v1beta1
                kind: EgressGateway
                metadata: {name: asked}
                spec: {ippools: {ipv4: [10.255.0.9-10.255.0.1]}, nodeSelector: {selector: {matchLabels: {a: b}}}}
                """, "--dry-run=server");
            CommandResult bare =
                    kubectl.apply("""
                        apiVersion: egressgateway.spidernet.io/v1beta1
                        kind: EgressGateway
                        metadata: {name: asked}
                        spec: {ippools: {ipv4: [10.255.0.1]}, nodeSelector: {selector: {matchLabels: {a: b}}}}
                        """, "--dry-run=server", "-o", "jsonpath={.spec.ippools.ipv4DefaultEIP}");
            return reversed.err().contains("denied the request") && bare.out().equals("10.255.0.1");
        });
    }

    @Override
    public void close() {
        webhook.close();
    }
}
