package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * The spec of a policy, whether of a namespace or of the cluster.
 *
 * @param <T> how it selects its pods
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = Cel.KEEPS_GATEWAY,
        fieldPath = ".egressGatewayName",
        messageExpression =
                "'\"' + oldSelf.egressGatewayName + '\" cannot be changed; delete the policy and make it anew'")
@SchemaCustomizer(value = Refined.class, input = Cel.DESTINATIONS)
public record PolicySpec<T>(
        @JsonPropertyDescription(
                "The gateway; if left out, the one that the namespace's label spidernet.io/egressgateway-default"
                        + " names, else the cluster's default.")
        @Size(max = 253)
        String egressGatewayName,

        @JsonPropertyDescription("Which EIP.") @Default("{\"allocatorPolicy\": \"default\", \"useNodeIP\": false}")
        PolicyEgressIp egressIP,

        @JsonPropertyDescription("Whose traffic.") @Required T appliedTo,

        @JsonPropertyDescription("Where to: networks like 192.168.1.0/24; empty means everything outside the cluster.")
        @Size(max = 1000)
        List<String> destSubnet,

        @JsonPropertyDescription(
                "Of two policies that select the same pod and destination the one with the higher number wins,"
                        + " ties by name.")
        @Min(0)
        long priority) {
    public PolicySpec {
        egressGatewayName = EgressApi.orEmpty(egressGatewayName);
        egressIP = EgressApi.or(egressIP, PolicyEgressIp.DEFAULT);
        destSubnet = EgressApi.orEmpty(destSubnet);
    }
}
