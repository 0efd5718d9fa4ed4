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
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** Which pods of its own namespace leave with which EIP. */
@Group(EgressApi.GROUP)
@Version(EgressApi.VERSION)
@Plural("egresspolicies")
@ShortNames("egp")
@Categories("egresspolicy")
@AdditionalPrinterColumn(name = "gateway", type = Type.STRING, jsonPath = ".spec.egressGatewayName")
@AdditionalPrinterColumn(name = "ipv4", type = Type.STRING, jsonPath = ".status.eip.ipv4")
@AdditionalPrinterColumn(name = "ipv6", type = Type.STRING, jsonPath = ".status.eip.ipv6")
@AdditionalPrinterColumn(name = "egressNode", type = Type.STRING, jsonPath = ".status.node")
@ValidationRule(value = "has(self.spec)", fieldPath = ".spec", message = "missing; its appliedTo says whose traffic")
public final class EgressPolicy extends CustomResource<EgressPolicy.Spec, PolicyStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    protected Spec initSpec() {
        return new Spec("", PolicyEgressIp.DEFAULT, AppliedTo.NONE, List.of(), 0);
    }

    @Override
    protected PolicyStatus initStatus() {
        return PolicyStatus.NONE;
    }

    /** By label or by address. */
