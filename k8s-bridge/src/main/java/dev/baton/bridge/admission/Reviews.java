package dev.baton.bridge.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** AdmissionReview v1 as bytes: the question and the answer. */
final class Reviews {
    private static final ObjectMapper TREES = new ObjectMapper();

    private Reviews() {}

    /** @throws IllegalArgumentException if it cannot be answered */
    static AdmissionRequest read(byte[] body) {
        JsonNode review;
        try {
            review = TREES.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
        return AdmissionRequest.read(review);
    }

    static byte[] answer(String uid, Verdict verdict) {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode response = review.putObject("response").put("uid", uid);
        switch (verdict) {
            case Verdict.Allowed _ -> response.put("allowed", true);
            case Verdict.Denied denied -> {
                response.put("allowed", false);
                response.putObject("status")
                        .put("code", 403)
                        .put("reason", "Forbidden")
                        .put("message", denied.message());
            }
            case Verdict.Patched patched ->
                response.put("allowed", true)
                        .put("patchType", "JSONPatch")
                        .put(
                                "patch",
                                Base64.getEncoder()
                                        .encodeToString(
                                                patched.operations().toString().getBytes(StandardCharsets.UTF_8)));
        }
        return review.toString().getBytes(StandardCharsets.UTF_8);
    }
}
