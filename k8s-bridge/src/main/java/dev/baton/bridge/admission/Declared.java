package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.core.InvalidManifest;
import dev.baton.bridge.core.KubernetesObjects;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.PolicyDeclared;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;

/** The objects of a request, read by the very readers of manifests. */
final class Declared {
    private Declared() {}

    /** @throws InvalidManifest with everything that one object shows to be wrong */
    static GatewayDeclared gateway(ObjectNode object) {
        return KubernetesObjects.gateway(resource(object));
    }

    /** @throws InvalidManifest as above */
    static PolicyDeclared policy(ObjectNode object, Map<String, String> namespaceLabels) {
        return KubernetesObjects.policy(resource(object), namespaceLabels);
    }

    /** One that cannot be read is nobody's rival: the coordinator does not take it either. */
    static Optional<GatewayDeclared> readable(EgressGateway gateway) {
        try {
            return Optional.of(KubernetesObjects.gateway(gateway));
        } catch (InvalidManifest e) {
            return Optional.empty();
        }
    }

    static Optional<GatewayDeclared> readable(ObjectNode gateway) {
        try {
            return Optional.of(gateway(gateway));
        } catch (InvalidManifest e) {
            return Optional.empty();
        }
    }

    private static GenericKubernetesResource resource(ObjectNode object) {
        ObjectNode named = object;
        if (object.path("metadata").path("name").asText().isEmpty()) {
            // Its name is made up after it was asked about.
            named = object.deepCopy();
            named.withObjectProperty("metadata")
                    .put("name", object.path("metadata").path("generateName").asText() + "new");
        }
        return Serialization.jsonMapper().convertValue(named, GenericKubernetesResource.class);
    }
}
