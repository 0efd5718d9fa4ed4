package dev.baton.bridge.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.baton.bridge.api.EgressApi;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** One object of a manifest whose kind, name and labels have been read. */
record Document(Kind kind, String namespace, String name, SortedMap<String, String> labels, Fields root) {
    /** Kubernetes fills these in; a manifest fetched from a cluster has them. */
    private static final String[] METADATA = {
        "name",
        "namespace",
        "labels",
        "annotations",
        "generateName",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "finalizers",
        "managedFields",
        "selfLink"
    };

    private static final Map<String, List<Kind>> KINDS = Kind.byName();

    /** @param source the file and the document's position in it, for messages about documents without a name */
    static Document read(String source, JsonNode node) {
        Fields top = Fields.of(source + ": ", node);
        String kindName = top.requiredText("kind");
        List<Kind> kinds = KINDS.getOrDefault(kindName, List.of());
        if (kinds.isEmpty()) {
            throw top.bad(
                    "kind",
                    "\"" + kindName + "\" is not known here; allowed are " + String.join(", ", KINDS.keySet())
                            + " and List");
        }
        String apiVersion = top.requiredText("apiVersion");
        Kind kind = kinds.stream()
                .filter(one -> one.apiVersion().equals(apiVersion))
                .findFirst()
                .orElseThrow(() -> top.bad(
                        "apiVersion",
                        "\"" + apiVersion + "\" of " + kindName + " must be "
                                + kinds.stream().map(Kind::apiVersion).collect(Collectors.joining(" or "))));
        Fields metadata = (kind == Kind.SETTINGS || kind == Kind.HEALTH_RULES) && !top.has("metadata")
                ? Fields.of(source, JsonNodeFactory.instance.objectNode().put("name", "default"))
                : top.requiredObject("metadata").only(METADATA);
        String name = metadata.requiredText("name");
        if (!kind.isNamespaced() && metadata.has("namespace")) {
            throw new InvalidManifest(
                    source + ": " + kindName + "/" + name + ": metadata.namespace: this kind has no namespace");
        }
        String namespace = kind.isNamespaced() ? metadata.text("namespace").orElse("default") : "";
        String called = kindName + "/" + (namespace.isEmpty() ? "" : namespace + "/") + name;
        return new Document(
                kind, namespace, name, metadata.labels("labels"), Fields.of(source + ": " + called + ": ", node));
    }

    /** Names the document in messages, and is the same for two documents that mean the same object. */
    String id() {
        return kind.text() + "/" + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }

    InvalidManifest bad(String field, String why) {
        return root.bad(field, why);
    }

    /** What a manifest may hold, in the order in which it is declared. */
    enum Kind {
        SETTINGS("Settings", Kind.BATON, false),
        EGRESS_CLUSTER_INFO("EgressClusterInfo", Kind.EGRESS, false),
        EGRESS_GATEWAY("EgressGateway", Kind.EGRESS, false),
        NODE("Node", "v1", false),
        NAMESPACE("Namespace", "v1", false),
        EGRESS_CLUSTER_POLICY("EgressClusterPolicy", Kind.EGRESS, false),
        EGRESS_POLICY("EgressPolicy", Kind.EGRESS, true),
        POD("Pod", "v1", true),
        EGRESS_CLUSTER_ENDPOINT_SLICE("EgressClusterEndpointSlice", Kind.EGRESS, false),
        EGRESS_ENDPOINT_SLICE("EgressEndpointSlice", Kind.EGRESS, true),
        EGRESS_TUNNEL("EgressTunnel", Kind.EGRESS, false),
        HEALTH_RULES("HealthRules", Kind.BATON, false),
        MEMBER("Member", Kind.BATON, false),
        BACKEND("Backend", Kind.ENVOY_GATEWAY, true),
        FAILOVER_POLICY("FailoverPolicy", Kind.BATON, true),
        BACKEND_TRAFFIC_POLICY("BackendTrafficPolicy", Kind.ENVOY_GATEWAY, true),
        GATEWAY("Gateway", Kind.GATEWAY_API, true),
        TETRATE_GATEWAY("Gateway", "gateway.tsb.tetrate.io/v2", true),
        HTTP_ROUTE("HTTPRoute", Kind.GATEWAY_API, true);

        static final String BATON = "baton.dev/v1beta1";
        static final String EGRESS = EgressApi.API_VERSION;
        static final String GATEWAY_API = "gateway.networking.k8s.io/v1";
        static final String ENVOY_GATEWAY = "gateway.envoyproxy.io/v1alpha1";

        private final String text;
        private final String apiVersion;
        private final boolean namespaced;

        Kind(String text, String apiVersion, boolean namespaced) {
            this.text = text;
            this.apiVersion = apiVersion;
            this.namespaced = namespaced;
        }

        /** Two programs' kinds may have one name. */
        static Map<String, List<Kind>> byName() {
            var kinds = new LinkedHashMap<String, List<Kind>>();
            for (Kind kind : values()) {
                kinds.computeIfAbsent(kind.text, _ -> new ArrayList<>()).add(kind);
            }
            return Collections.unmodifiableMap(kinds);
        }

        String text() {
            return text;
        }

        String apiVersion() {
            return apiVersion;
        }

        boolean isNamespaced() {
            return namespaced;
        }
    }
}
