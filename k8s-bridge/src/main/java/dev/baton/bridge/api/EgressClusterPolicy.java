package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
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
public final class EgressClusterPolicy extends CustomResource<EgressClusterPolicy.Spec, PolicyStatus> {
    private static final long serialVersionUID = 1L;

    @Override
    protected Spec initSpec() {
        return new Spec("", PolicyEgressIp.DEFAULT, AppliedTo.NONE, List.of(), 0);
    }

    @Override
    protected PolicyStatus initStatus() {
        return PolicyStatus.NONE;
    }

