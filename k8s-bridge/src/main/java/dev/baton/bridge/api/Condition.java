package dev.baton.bridge.api;

/**
 * What Baton says of an object beyond what EgressGateway's statuses have; the standard shape of Kubernetes, so that
 * {@code kubectl wait --for=condition=...} works.
 *
 * @param type for example {@code Accepted}, {@code Assigned}, {@code Degraded}; one entry of each
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param observedGeneration the generation of the object that it was said of
 * @param lastTransitionTime when {@code status} changed last, RFC 3339
 * @param reason one word in CamelCase, for programs
 * @param message for people
 */
public record Condition(
        String type, String status, long observedGeneration, String lastTransitionTime, String reason, String message) {
    public Condition {
        type = EgressApi.orEmpty(type);
        status = EgressApi.orEmpty(status);
        lastTransitionTime = EgressApi.orEmpty(lastTransitionTime);
        reason = EgressApi.orEmpty(reason);
        message = EgressApi.orEmpty(message);
    }
}
