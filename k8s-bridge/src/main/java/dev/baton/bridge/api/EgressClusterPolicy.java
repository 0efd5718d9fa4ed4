package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which pods, of all namespaces or of those selected, leave with which EIP. */
@Group(EgressApi.GROUP)
@Version(EgressApi.VERSION)
@Plural("egressclusterpolicies")
@ShortNames("egcp")
@Categories("egressclusterpolicy")
@AdditionalPrinterColumn(name = "gateway", type = Type.STRING, jsonPath = ".spec.egressGatewayName")
@AdditionalPrinterColumn(name = "ipv4", type = Type.STRING, jsonPath = ".status.eip.ipv4")
@AdditionalPrinterColumn(name = "ipv6", type = Type.STRING, jsonPath = ".status.eip.ipv6")
@AdditionalPrinterColumn(name = "egressTunnel", type = Type.STRING, jsonPath = ".status.node")
@ValidationRule(value = "has(self.spec)", fieldPath = ".spec", message = "missing; its appliedTo says whose traffic")
public final class EgressClusterPolicy extends CustomResource<PolicySpec<EgressClusterPolicy.AppliedTo>, PolicyStatus> {
    private static final long serialVersionUID = 1L;

    @Override
    protected PolicySpec<AppliedTo> initSpec() {
        return new PolicySpec<>("", PolicyEgressIp.DEFAULT, AppliedTo.NONE, List.of(), 0);
    }

    @Override
    protected PolicyStatus initStatus() {
        return PolicyStatus.NONE;
    }

    /** No {@code namespaceSelector} means all namespaces, which an empty object could not say. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = Cel.ONE_SELECTION,
            fieldPath = ".podSubnet",
            message = "excludes podSelector.matchLabels: pods are selected by address or by label, not both")
    @ValidationRule(
            value = Cel.SELECTS_PODS,
            message = "selects nothing; give podSelector with at least one of matchLabels and matchExpressions, or"
                    + " podSubnet")
    @SchemaCustomizer(value = Refined.class, input = Cel.PODS_AND_NAMESPACES)
    public record AppliedTo(
            @JsonPropertyDescription("Pods by their labels.")
            LabelSelector podSelector,

            @JsonPropertyDescription("Pods by their addresses: networks like 10.244.1.0/24.") @Size(max = 1000)
            List<String> podSubnet,

            @JsonPropertyDescription("Of which namespaces; of all if left out.") @Nullable
            LabelSelector namespaceSelector) {
        static final AppliedTo NONE = new AppliedTo(new LabelSelector(), List.of(), null);

        public AppliedTo {
            podSelector = EgressApi.or(podSelector, new LabelSelector());
            podSubnet = EgressApi.orEmpty(podSubnet);
        }
    }
}
