package dev.baton.bridge.write;

import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.beside.StatusManagers;
import dev.baton.bridge.status.KubeEvent;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests that write. They use server-side apply: fields that others set in an object stay theirs. */
public final class Patches {
    static final String MANAGER = StatusManagers.BATON;

    private static final String COMPONENT = "baton";

    private static final PatchContext APPLIED = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(MANAGER)
            .withForce(true)
            .build();

    private Patches() {}

    /** Sets the status and nothing else. */
    public static <S, T extends CustomResource<?, S>> StatusWriter.Request status(T patch, HasMetadata of, S status) {
        patch.setMetadata(named(of));
        patch.setSpec(null);
        patch.setStatus(status);
        return client ->
                Optional.of(client.resource(patch).subresource("status").patch(APPLIED, Serialization.asJson(patch)));
    }

    /** Creates the object, or changes it to this. */
    public static StatusWriter.Request object(HasMetadata object) {
        return client -> Optional.of(
                client.resource(object).fieldManager(MANAGER).forceConflicts().serverSideApply());
    }

    /** @param done called when it is written */
    public static StatusWriter.Request object(HasMetadata object, Runnable done) {
        return client -> {
            Optional<HasMetadata> answer = object(object).send(client);
            done.run();
            return answer;
        };
    }

    public static StatusWriter.Request deletion(HasMetadata object) {
        return client -> {
            client.resource(object).delete();
            return Optional.empty();
        };
    }

    /**
     * Changes the finalizers of the object in the version that we know; after a conflict the next round tries again.
     */
    public static <T extends HasMetadata> StatusWriter.Request finalizers(T object, List<String> finalizers) {
        var metadata = new HashMap<String, Object>();
        metadata.put("resourceVersion", object.getMetadata().getResourceVersion());
        metadata.put("finalizers", finalizers);
        String patch = Serialization.asJson(Map.of("metadata", metadata));
        return client -> Optional.of(client.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), patch));
    }

    /** @param told called when the event exists, written by us or by the previous leader */
    public static StatusWriter.Request event(
            KubeEvent happening, Optional<? extends HasMetadata> about, String identity, Runnable told) {
        return client -> {
            try {
                client.resource(happened(happening, about, identity)).create();
            } catch (KubernetesClientException e) {
                if (!isThere(e)) {
                    throw e;
                }
            }
            told.run();
            return Optional.empty();
        };
    }

    /**
     * An event about the Lease by which our replicas elect a leader: the one object of ours that is always there.
     *
     * @param told called when the event exists
     */
    public static StatusWriter.Request held(String namespace, String lease, String message, Instant at, Runnable told) {
        Event event = event("Lease", lease, "WritesHeld", true, message, at)
                .editMetadata()
                .withNamespace(namespace)
                .withGenerateName(lease + ".")
                .endMetadata()
                .editInvolvedObject()
                .withApiVersion("coordination.k8s.io/v1")
                .withNamespace(namespace)
                .endInvolvedObject()
                .withReportingInstance(lease)
                .build();
        return client -> {
            client.resource(event).create();
            told.run();
            return Optional.empty();
        };
    }

    private static EventBuilder event(
            String kind, String name, String reason, boolean warning, String message, Instant at) {
        String time = at.truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .endMetadata()
                .withNewInvolvedObject()
                .withKind(kind)
                .withName(name)
                .endInvolvedObject()
                .withType(warning ? "Warning" : "Normal")
                .withReason(reason)
                .withMessage(message)
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withCount(1)
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withReportingComponent(COMPONENT);
    }

    private static boolean isThere(KubernetesClientException e) {
        return e.getCode() == 409
                && e.getStatus() != null
                && "AlreadyExists".equals(e.getStatus().getReason());
    }

    /** Events of objects without a namespace live in {@code default}, as Kubernetes' own do. */
    private static Event happened(KubeEvent happening, Optional<? extends HasMetadata> about, String identity) {
        return event(
                        happening.kind(),
                        happening.name(),
                        happening.reason(),
                        happening.warning(),
                        happening.message(),
                        happening.at())
                .editMetadata()
                .withNamespace("default")
                .withName(happening.name() + ".baton-" + happening.id())
                .endMetadata()
                .editInvolvedObject()
                .withApiVersion(EgressApi.API_VERSION)
                .withUid(about.map(object -> object.getMetadata().getUid()).orElse(null))
                .endInvolvedObject()
                .withReportingInstance(identity)
                .build();
    }

    static ObjectMeta named(HasMetadata object) {
        var metadata = new ObjectMeta();
        metadata.setName(object.getMetadata().getName());
        metadata.setNamespace(object.getMetadata().getNamespace());
        return metadata;
    }

    /** Kubernetes deletes an object whose owner is gone. */
    public static OwnerReference ownedBy(String apiVersion, String kind, String name, String uid) {
        return new OwnerReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName(name)
                .withUid(uid)
                .withController(true)
                .withBlockOwnerDeletion(false)
                .build();
    }
}
