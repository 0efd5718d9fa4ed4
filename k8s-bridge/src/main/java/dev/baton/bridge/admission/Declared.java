package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.manifest.InvalidManifest;
import dev.baton.bridge.manifest.KubernetesObjects;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.PolicyDeclared;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;

/** Reads the objects of a request with the readers of manifests. */
final class Declared {
    private Declared() {}

    /** @throws InvalidManifest with everything that is wrong in the object by itself */
    static GatewayDeclared gateway(ObjectNode object) {
        return KubernetesObjects.gateway(resource(object));
    }

    /** @throws InvalidManifest as above */
    static PolicyDeclared policy(ObjectNode object, Map<String, String> namespaceLabels) {
        return KubernetesObjects.policy(resource(object), namespaceLabels);
    }

    /** Empty if the gateway cannot be read. It then cannot conflict with others: the coordinator rejects it too. */
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
            // generateName: the API server chooses the name after admission.
            named = object.deepCopy();
            named.withObjectProperty("metadata")
                    .put("name", object.path("metadata").path("generateName").asText() + "new");
        }
        return Serialization.jsonMapper().convertValue(named, GenericKubernetesResource.class);
    }
}
