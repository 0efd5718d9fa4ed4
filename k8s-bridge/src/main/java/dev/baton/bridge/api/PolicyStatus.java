package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** Where a policy's traffic leaves: no EIP but a node means that node's own address; neither means nowhere. */
@SchemaCustomizer(value = Refined.class, input = Cel.CONDITIONS)
public record PolicyStatus(
        @JsonPropertyDescription("The EIP; empty if it leaves with its node's address, or not at all.")
        PolicyEip eip,

        @JsonPropertyDescription("The node that its traffic leaves from.")
        String node,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Condition> conditions) {
    static final PolicyStatus NONE = new PolicyStatus(PolicyEip.NONE, "", List.of());

    public PolicyStatus {
        eip = EgressApi.or(eip, PolicyEip.NONE);
        node = EgressApi.orEmpty(node);
        conditions = EgressApi.orEmpty(conditions);
    }

    /** @param policy of either kind */
    public static PolicyStatus of(HasMetadata policy) {
        return policy instanceof EgressPolicy namespaced
                ? namespaced.getStatus()
                : ((EgressClusterPolicy) policy).getStatus();
    }

    /** An EIP's addresses; empty text where it has none. */
    public record PolicyEip(String ipv4, String ipv6) {
        static final PolicyEip NONE = new PolicyEip("", "");

        public PolicyEip {
            ipv4 = EgressApi.orEmpty(ipv4);
            ipv6 = EgressApi.orEmpty(ipv6);
        }
    }
}
