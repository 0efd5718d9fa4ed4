package dev.baton.bridge;

import dev.baton.bridge.admission.Webhook;
import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressClusterEndpointSlice;
import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressEndpointSlice;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.beside.Beside;
import dev.baton.bridge.gate.WriteGate;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what bridges created in a cluster and what agents created on its nodes, before Baton is deleted: afterwards
 * no request waits for a webhook that is gone, and no object stays in deletion for ever. Gateways and policies belong
 * to their users and stay. May be run again at any time.
 *
 * <p>Beside EgressGateway, in observe mode or while its controller lives, tunnels, slices and finalizers are that
 * one's:
 * then only what is Baton's own goes.
 */
public final class Cleanup {
    private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

    /** The name in the manifests. */
    private static final String DEPLOYMENT = "baton-bridge";

    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int FORBIDDEN = 403;

    private final KubernetesClient client;
    private final String namespace;
    private final Duration limit;
    private final InstantSource clock;
    private final Mode mode;

    /** @param limit how long to wait for bridges to end, and for a refusal that may be temporary */
    public Cleanup(KubernetesClient client, String namespace, Duration limit, InstantSource clock, Mode mode) {
        this.client = client;
        this.namespace = namespace;
        this.limit = limit;
        this.clock = clock;
        this.mode = mode;
    }

    /** @throws IllegalStateException if a bridge still leads after the limit: it would create everything again */
    public void run() {
        endBridges();
        new NodeCleanup(client, namespace, limit).run();
        var admission = client.admissionRegistration().v1();
        admission
                .validatingWebhookConfigurations()
                .withName(Webhook.Options.NAME)
                .delete();
        admission.mutatingWebhookConfigurations().withName(Webhook.Options.NAME).delete();
        if (mode == Mode.OBSERVE || isBesideAnother()) {
            log.info("event=objects_left reason=\"they are EgressGateway's\" mode={}", mode);
        } else {
            cleanObjects();
        }
        client.secrets().inNamespace(namespace).withName(Webhook.Options.NAME).delete();
        client.configMaps().inNamespace(namespace).withName(WriteGate.REPORT).delete();
        client.leases().inNamespace(namespace).withName(Leadership.LEASE).delete();
    }

    private void cleanObjects() {
        existing(EgressGateway.class)
                .forEach(gateway -> releaseFinalizer(gateway.getMetadata().getName()));
        deleteAll(EgressEndpointSlice.class);
        deleteAll(EgressClusterEndpointSlice.class);
        deleteAll(EgressTunnel.class);
        deleteAll(EgressClusterInfo.class);
    }

    private boolean isBesideAnother() {
        return client.leases().inAnyNamespace().withField("metadata.name", Beside.LEASE).list().getItems().stream()
                .anyMatch(this::isHeld);
    }

    private void endBridges() {
        var deployment = client.apps().deployments().inNamespace(namespace).withName(DEPLOYMENT);
        if (deployment.get() != null) {
            deployment.scale(0);
            log.info("event=bridges_ended deployment={}/{}", namespace, DEPLOYMENT);
        }
        await("a bridge still leads by the Lease " + namespace + "/" + Leadership.LEASE + "; end it", () -> !isLed());
    }

    private boolean isLed() {
        Lease lease = client.leases()
                .inNamespace(namespace)
                .withName(Leadership.LEASE)
                .get();
        return lease != null && isHeld(lease);
    }

    private boolean isHeld(Lease lease) {
        LeaseSpec spec = lease.getSpec() == null ? new LeaseSpec() : lease.getSpec();
        boolean held =
                spec.getHolderIdentity() != null && !spec.getHolderIdentity().isEmpty();
        if (!held || spec.getRenewTime() == null) {
            return false;
        }
        Instant until = spec.getRenewTime()
                .toInstant()
                .plusSeconds(Optional.ofNullable(spec.getLeaseDurationSeconds()).orElse(0));
        return clock.instant().isBefore(until);
    }

    private void releaseFinalizer(String name) {
        await("EgressGateway/" + name + " keeps changing", () -> {
            EgressGateway gateway =
                    client.resources(EgressGateway.class).withName(name).get();
            if (gateway == null || !gateway.getMetadata().getFinalizers().contains(EgressApi.GATEWAY_FINALIZER)) {
                return true;
            }
            var rest = new ArrayList<>(gateway.getMetadata().getFinalizers());
            rest.remove(EgressApi.GATEWAY_FINALIZER);
            var metadata = new HashMap<String, Object>();
            metadata.put("resourceVersion", gateway.getMetadata().getResourceVersion());
            metadata.put("finalizers", rest);
            return allowed(
                    CONFLICT,
                    () -> client.resource(gateway)
                            .patch(
                                    PatchContext.of(PatchType.JSON_MERGE),
                                    Serialization.asJson(Map.of("metadata", metadata))));
        });
    }

    private <T extends HasMetadata> void deleteAll(Class<T> type) {
        List<T> objects = existing(type);
        for (T object : objects) {
            // The API server may call the webhook for some moments more, and the webhook refuses to delete the
            // cluster info.
            await(
                    object.getKind() + "/" + object.getMetadata().getName() + " may not be deleted",
                    () -> allowed(FORBIDDEN, () -> client.resource(object).delete()));
        }
        log.info("event=deleted kind={} count={}", HasMetadata.getKind(type), objects.size());
    }

    /** Empty if the definition is already gone. */
    private <T extends HasMetadata> List<T> existing(Class<T> type) {
        try {
            return client.resources(type).inAnyNamespace().list().getItems();
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    /** Whether it was done; false if it was refused with the code that may be temporary. */
    private static boolean allowed(int passing, Runnable action) {
        try {
            action.run();
            return true;
        } catch (KubernetesClientException e) {
            boolean denied =
                    passing != FORBIDDEN || String.valueOf(e.getMessage()).contains("denied the request");
            if (e.getCode() == passing && denied) {
                return false;
            }
            throw e;
        }
    }

    private void await(String trouble, BooleanSupplier done) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(trouble + " (waited " + limit.toSeconds() + " s)");
            }
            LockSupport.parkNanos(LOOK_EVERY);
        }
    }
}
