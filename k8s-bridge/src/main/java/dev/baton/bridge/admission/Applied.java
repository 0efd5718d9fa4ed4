package dev.baton.bridge.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What the user wrote, as {@code kubectl apply} leaves it in an annotation: the object has what was filled in, too. */
final class Applied {
    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final ObjectMapper JSON = new ObjectMapper();

    private Applied() {}

    /** The pools that he wrote; missing if the object was not applied, or says nothing that can be read. */
    static JsonNode pools(JsonNode object) {
        String text =
                object.path("metadata").path("annotations").path(ANNOTATION).asText();
        try {
            return text.isEmpty()
                    ? JsonNodeFactory.instance.missingNode()
                    : JSON.readTree(text).path("spec").path("ippools");
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }
}
