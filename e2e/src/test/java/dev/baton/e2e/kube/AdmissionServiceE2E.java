package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.admission.Families;
import dev.baton.bridge.admission.Webhook;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.Kubectl;
import dev.baton.e2e.kube.kit.NeedsKube;
import dev.baton.e2e.kube.kit.TestWebhook;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The webhook's server and its key: bad input, replicas, a key that is lost, a webhook that is gone. */
@NeedsKube
class AdmissionServiceE2E {
    private static final String GATEWAY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: %s}
        spec: {ippools: {ipv4: [10.50.0.9-10.50.0.1]}, nodeSelector: {selector: {matchLabels: {a: b}}}}
        """;

    /** One story, because every part needs the same start. */
    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("none");

    @Test
    void servesOneKeyThroughEverythingThatHappensToIt() throws Exception {
        Kubectl kubectl = kube.kubectl();
        try (var webhook = TestWebhook.start(kube.api(), new Families(true, false))) {
            answersBadInput(webhook.address());
            kubectl.apply(GATEWAY.formatted("six").replace("ipv4: [10.50.0.9-10.50.0.1]", "ipv6: ['fd00::1']"))
                    .refused("EgressGateway/six: spec.ippools.ipv6", "enableIPv4=true, enableIPv6=false");
            Secret before = secret();
            try (Webhook replica = TestWebhook.serve(kube.api().client(), Families.BOTH)) {
                assertEquals(
                        before.getMetadata().getUid(), secret().getMetadata().getUid(), "the replica made its own");
                assertEquals(200, get(replica.address(), "/readyz").statusCode());
            }
            // The key is deleted: a new one is created, trusted and served, without a restart.
            kubectl.run("delete", "secret", "baton-webhook", "--namespace=" + TestWebhook.NAMESPACE)
                    .succeeded();
            Eventually.holds(
                    Eventually.LONG,
                    "a new key is made and served",
                    () -> kube.api()
                                            .client()
                                            .secrets()
                                            .inNamespace(TestWebhook.NAMESPACE)
                                            .withName("baton-webhook")
                                            .get()
                                    != null
                            && isServed(webhook.address()));
            assertNotEquals(before.getData(), secret().getData());
            webhook.awaitAsked(kubectl);
        }
        // No webhook answers: the API server stores the object all the same, and the coordinator judges it.
        kubectl.apply(GATEWAY.formatted("unasked")).succeeded();
    }

    private static void answersBadInput(InetSocketAddress address) throws Exception {
        assertEquals(400, post(address, "garbage").statusCode());
        assertEquals(400, post(address, "").statusCode());
        assertEquals(400, post(address, "[1, 2]").statusCode());
        assertEquals(
                400,
                post(address, "{\"kind\": \"AdmissionReview\", \"request\": {}}")
                        .statusCode());
        assertTrue(post(address, "{\"kind\": \"Pod\"}").body().contains("not an AdmissionReview"));
        assertEquals(413, post(address, " ".repeat((8 << 20) + 1)).statusCode());
        assertEquals(405, get(address, "/validate").statusCode());
        assertEquals(404, get(address, "/elsewhere").statusCode());
        var odd = post(address, """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request":
              {"uid": "u1", "operation": "CREATE", "kind": {"kind": "EgressGateway"}, "name": "odd",
               "object": {"kind": "EgressGateway", "apiVersion": "egressgateway.spidernet.io/v1beta1",
                          "metadata": {"name": "odd"}, "spec": {"ippools": 7}}}}
            """);
        assertEquals(200, odd.statusCode(), odd::body);
        assertTrue(odd.body().contains("EgressGateway/odd: spec.ippools: 7 is not an object"), odd::body);
        assertTrue(odd.body().contains("\"uid\":\"u1\",\"allowed\":false"), odd::body);
        var other = post(address, """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request":
              {"uid": "u2", "operation": "CREATE", "kind": {"kind": "Pod"}, "object": {}}}
            """);
        assertTrue(other.body().contains("\"uid\":\"u2\",\"allowed\":true"), other::body);
    }

    private static Secret secret() {
        return Objects.requireNonNull(kube.api()
                .client()
                .secrets()
                .inNamespace(TestWebhook.NAMESPACE)
                .withName("baton-webhook")
                .get());
    }

    private static boolean isServed(InetSocketAddress address) {
        try {
            return get(address, "/readyz").statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> get(InetSocketAddress address, String path)
            throws IOException, InterruptedException, GeneralSecurityException {
        return send(address, path, HttpRequest.newBuilder().GET());
    }

    private static HttpResponse<String> post(InetSocketAddress address, String body)
            throws IOException, InterruptedException, GeneralSecurityException {
        return send(address, "/validate", HttpRequest.newBuilder().POST(BodyPublishers.ofString(body)));
    }

    /** Trusts what the Secret says, as the API server does. */
    private static HttpResponse<String> send(InetSocketAddress address, String path, HttpRequest.Builder request)
            throws IOException, InterruptedException, GeneralSecurityException {
        byte[] pem = Base64.getDecoder().decode(secret().getData().get("ca.crt"));
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        int number = 0;
        for (var certificate :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
            trusted.setCertificateEntry("trusted" + number++, certificate);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        try (var http = HttpClient.newBuilder().sslContext(tls).build()) {
            return http.send(
                    request.uri(URI.create("https://127.0.0.1:" + address.getPort() + path))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofString(StandardCharsets.UTF_8));
        }
    }
}
