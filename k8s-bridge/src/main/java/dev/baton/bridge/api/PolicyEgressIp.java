package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;

/** Which EIP a policy asks for. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PolicyEgressIp(String ipv4, String ipv6, boolean useNodeIP, String allocatorPolicy) {
    static final PolicyEgressIp DEFAULT = new PolicyEgressIp("", "", false, "default");

    public PolicyEgressIp {
        ipv4 = EgressApi.orEmpty(ipv4);
        ipv6 = EgressApi.orEmpty(ipv6);
        allocatorPolicy = EgressApi.orEmpty(allocatorPolicy);
    }
}
