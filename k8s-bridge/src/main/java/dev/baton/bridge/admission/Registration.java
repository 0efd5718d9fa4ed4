package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the API server which certificate to trust, in the webhook configurations that were installed under this name.
 * The manifests or the chart create and delete them; a bridge may only change them.
 */
final class Registration {
    private static final Logger log = LoggerFactory.getLogger(Registration.class);

    private Registration() {}

    static void trust(KubernetesClient client, String name, String caBundle) {
        var admission = client.admissionRegistration().v1();
        var validating =
                admission.validatingWebhookConfigurations().withName(name).get();
        if (validating != null) {
            trust(
                    client,
                    validating,
                    validating.getWebhooks().stream()
                            .map(ValidatingWebhook::getClientConfig)
                            .toList(),
                    caBundle);
        }
        var mutating = admission.mutatingWebhookConfigurations().withName(name).get();
        if (mutating != null) {
            trust(
                    client,
                    mutating,
                    mutating.getWebhooks().stream()
                            .map(MutatingWebhook::getClientConfig)
                            .toList(),
                    caBundle);
        }
        if (validating == null || mutating == null) {
            log.warn(
                    "event=webhook_not_registered name={} validating={} mutating={}",
                    name,
                    validating != null,
                    mutating != null);
        }
    }

    private static void trust(
            KubernetesClient client, HasMetadata configuration, List<WebhookClientConfig> webhooks, String caBundle) {
        ArrayNode operations = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < webhooks.size(); i++) {
            if (!Objects.equals(webhooks.get(i).getCaBundle(), caBundle)) {
                operations
                        .addObject()
                        .put("op", "add")
                        .put("path", "/webhooks/" + i + "/clientConfig/caBundle")
                        .put("value", caBundle);
            }
        }
        if (!operations.isEmpty()) {
            // The indexes are those of the version that was read.
            operations
                    .insertObject(0)
                    .put("op", "test")
                    .put("path", "/metadata/resourceVersion")
                    .put("value", configuration.getMetadata().getResourceVersion());
            client.resource(configuration).patch(PatchContext.of(PatchType.JSON), operations.toString());
            log.info(
                    "event=webhook_trusted configuration={}/{}",
                    configuration.getKind(),
                    configuration.getMetadata().getName());
        }
    }
}
