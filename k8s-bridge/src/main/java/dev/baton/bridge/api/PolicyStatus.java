package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** Where a policy's traffic leaves: no EIP but a node means that node's own address; neither means nowhere. */
public record PolicyStatus(
        PolicyEip eip,
        String node,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Condition> conditions) {
    static final PolicyStatus NONE = new PolicyStatus(PolicyEip.NONE, "", List.of());

    public PolicyStatus {
        eip = EgressApi.or(eip, PolicyEip.NONE);
        node = EgressApi.orEmpty(node);
        conditions = EgressApi.orEmpty(conditions);
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
