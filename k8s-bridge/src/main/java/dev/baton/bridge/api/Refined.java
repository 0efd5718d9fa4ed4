package dev.baton.bridge.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * What the generator's annotations cannot express, for example about a list's items: YAML that is merged into the
 * generated schema. The generator's own merge patch replaces whole properties.
 */
public final class Refined implements SchemaCustomizer.Customizer {
    @Override
    public JSONSchemaProps apply(JSONSchemaProps schema, String patch, KubernetesSerialization serialization) {
        ObjectNode tree = serialization.convertValue(schema, ObjectNode.class);
        // Text that begins with a brace would be read as JSON.
        overlay(tree, serialization.unmarshal("---\n" + patch, ObjectNode.class));
        return serialization.convertValue(tree, JSONSchemaProps.class);
    }

    private static void overlay(ObjectNode below, ObjectNode above) {
        for (var entry : above.properties()) {
            JsonNode present = below.get(entry.getKey());
            if (present instanceof ObjectNode inner && entry.getValue() instanceof ObjectNode patch) {
                overlay(inner, patch);
            } else {
                below.set(entry.getKey(), entry.getValue());
            }
        }
    }
}
