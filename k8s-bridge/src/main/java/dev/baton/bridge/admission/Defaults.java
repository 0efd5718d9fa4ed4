package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Pool;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Fills in defaults that EgressGateway's users rely on: a gateway's default EIPs and finalizer, a policy's gateway
 * and allocator. The same object always gets the same values, and keeps those that it had.
 */
final class Defaults {
    private static final List<String> DEFAULTS = List.of("ipv4DefaultEIP", "ipv6DefaultEIP");

    private final ClusterObjects cluster;
    private final AdmissionRequest request;
    private final ArrayNode operations = JsonNodeFactory.instance.arrayNode();

    private Defaults(ClusterObjects cluster, AdmissionRequest request) {
        this.cluster = cluster;
        this.request = request;
    }

    /** A JSON patch, empty if there is nothing to fill in. */
    static ArrayNode of(ClusterObjects cluster, AdmissionRequest request, ObjectNode object) {
        var defaults = new Defaults(cluster, request);
        switch (request.kind()) {
            case "EgressGateway" -> defaults.gateway(object);
            case "EgressPolicy", "EgressClusterPolicy" -> defaults.policy(object);
            default -> {}
        }
        return defaults.operations;
    }

    private void gateway(ObjectNode object) {
        // An object that cannot be read is refused later, by validation.
        Optional<GatewayDeclared> declared = Declared.readable(withoutFilledIn(object));
        if (declared.isPresent()) {
            defaultEip(
                    object,
                    "ipv4DefaultEIP",
                    "ipv4",
                    declared.get().ipv4Pool(),
                    declared.get().ipv4Default());
            defaultEip(
                    object,
                    "ipv6DefaultEIP",
                    "ipv6",
                    declared.get().ipv6Pool(),
                    declared.get().ipv6Default());
        }
        if (request.operation().equals(AdmissionRequest.CREATE)) {
            finalizer(object.path("metadata").path("finalizers"));
        }
    }

    /**
     * {@code kubectl apply} keeps a default that was filled in when the user wrote another pool than this one: it is
     * chosen again. One that he wrote himself stays, and is refused if it is not in the pool.
     */
    private ObjectNode withoutFilledIn(ObjectNode object) {
        JsonNode applied = Applied.pools(object);
        if (!applied.isObject()) {
            return object;
        }
        ObjectNode without = object.deepCopy();
        for (String field : DEFAULTS) {
            boolean former = pools(object).path(field).equals(pools(old()).path(field));
            if (former && !applied.has(field) && pools(without) instanceof ObjectNode pools) {
                pools.remove(field);
            }
        }
        return without;
    }

    private static JsonNode pools(JsonNode object) {
        return object.path("spec").path("ippools");
    }

    /**
     * The former default, else the first free address of the pool, else its first address. EgressGateway takes any of
     * them.
     */
    private void defaultEip(ObjectNode object, String field, String family, Pool pool, Optional<IpAddress> given) {
        if (given.isPresent() || pool.isEmpty()) {
            return;
        }
        var taken = new HashSet<String>();
        for (JsonNode node : old().path("status").path("nodeList")) {
            node.path("eips").forEach(eip -> taken.add(eip.path(family).asText()));
        }
        String before = old().path("spec").path("ippools").path(field).asText();
        String chosen = !before.isEmpty() && pool.contains(IpAddress.parse(before))
                ? before
                : pool.firstFreeAfter(Optional.empty(), address -> taken.contains(address.toString()))
                        .orElseGet(() -> pool.ranges().getFirst().first())
                        .toString();
        if (!pools(object).path(field).asText().equals(chosen)) {
            add("/spec/ippools/" + field, JsonNodeFactory.instance.textNode(chosen));
        }
    }

    /** Adds ours to the finalizers that the user gave. */
    private void finalizer(JsonNode finalizers) {
        for (JsonNode finalizer : finalizers) {
            if (finalizer.asText().equals(EgressApi.GATEWAY_FINALIZER)) {
                return;
            }
        }
        JsonNode ours = JsonNodeFactory.instance.textNode(EgressApi.GATEWAY_FINALIZER);
        if (finalizers.isArray()) {
            add("/metadata/finalizers/-", ours);
        } else {
            add("/metadata/finalizers", JsonNodeFactory.instance.arrayNode().add(ours));
        }
    }

    private void policy(ObjectNode object) {
        JsonNode spec = object.path("spec");
        if (!spec.isObject()) {
            return;
        }
        if (spec.path("egressGatewayName").asText().isEmpty()) {
            gatewayName().ifPresent(name -> add("/spec/egressGatewayName", JsonNodeFactory.instance.textNode(name)));
        }
        JsonNode egressIp = spec.path("egressIP");
        if (egressIp.isMissingNode() || egressIp.isNull() || egressIp.isObject() && egressIp.isEmpty()) {
            add(
                    "/spec/egressIP",
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("allocatorPolicy", "default")
                            .put("useNodeIP", false));
        }
    }

    /** The former gateway, else the namespace's, else the cluster's default. */
    private Optional<String> gatewayName() {
        return text(old().path("spec").path("egressGatewayName").asText())
                .or(() -> request.namespace().isEmpty()
                        ? Optional.empty()
                        : text(cluster.namespaceLabels(request.namespace())
                                .getOrDefault(EgressApi.DEFAULT_GATEWAY_LABEL, "")))
                .or(() -> cluster.gateways().stream()
                        .filter(gateway -> gateway.getSpec().clusterDefault()
                                && gateway.getMetadata().getDeletionTimestamp() == null)
                        .map((EgressGateway gateway) -> gateway.getMetadata().getName())
                        .min(Comparator.naturalOrder()));
    }

    private static Optional<String> text(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private JsonNode old() {
        return request.old().map(JsonNode.class::cast).orElseGet(JsonNodeFactory.instance::missingNode);
    }

    private void add(String path, JsonNode value) {
        operations.addObject().put("op", "add").put("path", path).set("value", value);
    }
}
