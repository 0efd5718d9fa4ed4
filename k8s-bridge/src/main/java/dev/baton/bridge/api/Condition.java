package dev.baton.bridge.api;

import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * What Baton says about an object beyond EgressGateway's statuses; the standard shape of Kubernetes, so that
 * {@code kubectl wait --for=condition=...} works.
 *
 * @param type for example {@code Accepted}, {@code Assigned}, {@code Degraded}; one entry of each
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param observedGeneration the generation of the object that the condition is about
 * @param lastTransitionTime when {@code status} changed last, RFC 3339
 * @param reason one word in CamelCase, for programs
 * @param message for people
 */
@SchemaCustomizer(
        value = Refined.class,
        input = "{properties: {status: {enum: ['True', 'False', Unknown]}, lastTransitionTime: {format: date-time}}}")
public record Condition(
        @Required @Size(max = 316) String type,
        @Required String status,
        @Min(0) long observedGeneration,
        @Required String lastTransitionTime,
        @Required @Size(min = 1, max = 1024) String reason,
        @Required @Size(max = 32768) String message) {
    public Condition {
        type = EgressApi.orEmpty(type);
        status = EgressApi.orEmpty(status);
        lastTransitionTime = EgressApi.orEmpty(lastTransitionTime);
        reason = EgressApi.orEmpty(reason);
        message = EgressApi.orEmpty(message);
    }
}
