package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A request of the API server for admission.
 *
 * @param operation CREATE, UPDATE, DELETE, or any other operation, which is always allowed
 * @param namespace empty for objects that have none
 * @param object as it would be stored; absent when it is deleted
 * @param old as it is stored; absent when it is created
 */
public record AdmissionRequest(
        String uid,
        String operation,
        String kind,
        String namespace,
        String name,
        Optional<ObjectNode> object,
        Optional<ObjectNode> old) {
    static final String CREATE = "CREATE";
    static final String UPDATE = "UPDATE";
    static final String DELETE = "DELETE";

    /** @throws IllegalArgumentException if this is not an AdmissionReview that can be answered */
    public static AdmissionRequest read(JsonNode review) {
        JsonNode request = review.path("request");
        String uid = request.path("uid").asText();
        if (!review.path("kind").asText().equals("AdmissionReview") || uid.isEmpty()) {
            throw new IllegalArgumentException("not an AdmissionReview with a request and its uid");
        }
        if (!review.path("apiVersion").asText().equals("admission.k8s.io/v1")) {
            throw new IllegalArgumentException(
                    "apiVersion " + review.path("apiVersion") + " is not admission.k8s.io/v1");
        }
        return new AdmissionRequest(
                uid,
                request.path("operation").asText(),
                request.path("kind").path("kind").asText(),
                request.path("namespace").asText(),
                request.path("name").asText(),
                tree(request.path("object")),
                tree(request.path("oldObject")));
    }

    private static Optional<ObjectNode> tree(JsonNode node) {
        return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    /** The object's name in messages. */
    String subject() {
        return kind + "/" + (namespace.isEmpty() ? "" : namespace + "/") + (name.isEmpty() ? "(new)" : name);
    }

    /** Whether only metadata changes. */
    boolean leavesSpecAsItIs() {
        return object.isPresent()
                && old.isPresent()
                && object.get().path("spec").equals(old.get().path("spec"));
    }
}
