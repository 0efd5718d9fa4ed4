package dev.baton.bridge.admission;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serving key in a Secret, so that all replicas have the same one. The first replica creates it, the others find
 * it; a replica that finds it too old, or for other names, replaces it. The previous certificate stays trusted while
 * other replicas may still serve it.
 *
 * @param key what to serve
 * @param trusted the certificates that the API server is to trust, in PEM
 */
record SharedKey(ServingKey key, String trusted) {
    private static final Logger log = LoggerFactory.getLogger(SharedKey.class);

    private static final String STORE = "key.p12";
    private static final String PASSWORD = "password";
    private static final String TRUSTED = "ca.crt";
    private static final int ATTEMPTS = 5;

    /**
     * @param names what the API server calls the server
     * @throws KubernetesClientException if the API server refuses
     */
    static SharedKey of(KubernetesClient client, String namespace, String name, List<String> names, Instant now)
            throws IOException, GeneralSecurityException {
        for (int attempt = 1; ; attempt++) {
            Optional<Secret> found = Optional.ofNullable(
                    client.secrets().inNamespace(namespace).withName(name).get());
            Optional<SharedKey> usable = found.flatMap(SharedKey::read);
            if (usable.isPresent() && usable.get().serves(names, now)) {
                return usable.get();
            }
            ServingKey made = ServingKey.make(names);
            String trusted = made.pem() + (usable.isPresent() ? usable.get().key.pem() : "");
            try {
                store(client, namespace, name, found, made, trusted);
                log.info("event=webhook_key_made secret={}/{} names={}", namespace, name, names);
                return new SharedKey(made, trusted);
            } catch (KubernetesClientException e) {
                // Another replica was faster: read what it created.
                if (e.getCode() != 409 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private boolean serves(List<String> names, Instant now) throws IOException, GeneralSecurityException {
        return new HashSet<>(key.names()).containsAll(names) && !key.isDue(now);
    }

    private static Optional<SharedKey> read(Secret secret) {
        Map<String, String> contents = secret.getData() == null ? Map.of() : secret.getData();
        if (!contents.keySet().containsAll(List.of(STORE, PASSWORD, TRUSTED))) {
            return Optional.empty(); // an empty Secret, as a manifest may have created it
        }
        Base64.Decoder decoder = Base64.getDecoder();
        String trusted = new String(decoder.decode(contents.get(TRUSTED)), StandardCharsets.UTF_8);
        try {
            var key = ServingKey.read(
                    decoder.decode(contents.get(STORE)),
                    new String(decoder.decode(contents.get(PASSWORD)), StandardCharsets.UTF_8));
            key.certificate();
            return Optional.of(new SharedKey(key, trusted));
        } catch (IOException | GeneralSecurityException e) {
            log.warn(
                    "event=webhook_key_unreadable secret={} reason=\"{}\"",
                    secret.getMetadata().getName(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static void store(
            KubernetesClient client,
            String namespace,
            String name,
            Optional<Secret> found,
            ServingKey key,
            String trusted) {
        Base64.Encoder encoder = Base64.getEncoder();
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(Map.of("app.kubernetes.io/name", "baton"))
                .endMetadata()
                .addToData(STORE, encoder.encodeToString(key.store()))
                .addToData(PASSWORD, encoder.encodeToString(key.password().getBytes(StandardCharsets.UTF_8)))
                .addToData(TRUSTED, encoder.encodeToString(trusted.getBytes(StandardCharsets.UTF_8)))
                .build();
        if (found.isEmpty()) {
            client.resource(secret).create();
        } else {
            secret.getMetadata().setResourceVersion(found.get().getMetadata().getResourceVersion());
            client.resource(secret)
                    .lockResourceVersion(secret.getMetadata().getResourceVersion())
                    .update();
        }
    }

    /** In base64, as the API server's fields want it. */
    String caBundle() {
        return Base64.getEncoder().encodeToString(trusted.getBytes(StandardCharsets.UTF_8));
    }
}
