package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Which EIP a policy asks for. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!self.useNodeIP || ((!has(self.ipv4) || self.ipv4 == '') && (!has(self.ipv6) || self.ipv6 == ''))",
        fieldPath = ".useNodeIP",
        message = "true excludes ipv4 and ipv6: the node's address or an EIP, not both")
@ValidationRule(
        value = "!has(self.ipv4) || self.ipv4 == '' || (isIP(self.ipv4) && ip(self.ipv4).family() == 4)",
        fieldPath = ".ipv4",
        messageExpression = "'\"' + self.ipv4 + '\" is not an IPv4 address'")
@ValidationRule(
        value = "!has(self.ipv6) || self.ipv6 == '' || (isIP(self.ipv6) && ip(self.ipv6).family() == 6)",
        fieldPath = ".ipv6",
        messageExpression = "'\"' + self.ipv6 + '\" is not an IPv6 address'")
@ValidationRule(
        value = Cel.USABLE_V4,
        fieldPath = ".ipv4",
        messageExpression = "'\"' + self.ipv4 + '\" cannot be an EIP: it is no address of a host'")
@ValidationRule(
        value = Cel.USABLE_V6,
        fieldPath = ".ipv6",
        messageExpression = "'\"' + self.ipv6 + '\" cannot be an EIP: it is no address of a host'")
@ValidationRule(
        value = "(has(self.ipv4) ? self.ipv4 : '') == (has(oldSelf.ipv4) ? oldSelf.ipv4 : '')",
        fieldPath = ".ipv4",
        messageExpression = Cel.CANNOT_CHANGE_V4)
@ValidationRule(
        value = "(has(self.ipv6) ? self.ipv6 : '') == (has(oldSelf.ipv6) ? oldSelf.ipv6 : '')",
        fieldPath = ".ipv6",
        messageExpression = Cel.CANNOT_CHANGE_V6)
@ValidationRule(
        value = "self.useNodeIP == oldSelf.useNodeIP",
        fieldPath = ".useNodeIP",
        messageExpression =
                "(oldSelf.useNodeIP ? 'true' : 'false') + ' cannot be changed; delete the policy and make it anew'")
@ValidationRule(
        value = "self.allocatorPolicy == oldSelf.allocatorPolicy",
        fieldPath = ".allocatorPolicy",
        messageExpression =
                "'\"' + oldSelf.allocatorPolicy + '\" cannot be changed; delete the policy and make it anew'")
@SchemaCustomizer(value = Refined.class, input = "{properties: {allocatorPolicy: {enum: [default, rr]}}}")
public record PolicyEgressIp(
        @JsonPropertyDescription("An address of the gateway's pool; with neither ipv4 nor ipv6 the allocator chooses.")
        @Size(max = 15)
        String ipv4,

        @JsonPropertyDescription("The same for IPv6.") @Size(max = 39)
        String ipv6,

        @JsonPropertyDescription("Leave with the address of the gateway's node instead of an EIP.") @Default("false")
        boolean useNodeIP,

        @JsonPropertyDescription("default: the gateway's default EIP; rr: one that no other policy has.")
        @Default("default")
        String allocatorPolicy) {
    static final PolicyEgressIp DEFAULT = new PolicyEgressIp("", "", false, "default");

    public PolicyEgressIp {
        ipv4 = EgressApi.orEmpty(ipv4);
        ipv6 = EgressApi.orEmpty(ipv6);
        allocatorPolicy = EgressApi.orEmpty(allocatorPolicy);
    }
}
