package dev.baton.bridge.manifest;

import dev.baton.contract.Cidr;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads an EgressPolicy or EgressClusterPolicy, with every check of their webhook that needs no other object. */
public final class PolicyReader {
    private PolicyReader() {}

    /** @param namespaceGateway the gateway that the policy's namespace names for policies that name none */
    static PolicyDeclared read(Document document, Optional<String> namespaceGateway) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .requiredObject("spec")
                .only("egressGatewayName", "egressIP", "appliedTo", "destSubnet", "priority");
        boolean cluster = document.kind() == Document.Kind.EGRESS_CLUSTER_POLICY;
        Fields appliedTo = cluster
                ? spec.requiredObject("appliedTo").only("podSelector", "podSubnet", "namespaceSelector")
                : spec.requiredObject("appliedTo").only("podSelector", "podSubnet");
        List<Cidr> podSubnets = appliedTo.parsedTexts("podSubnet", Cidr::parse);
        return new PolicyDeclared(
                document.root().parsedId(document, name -> new PolicyId(document.namespace(), name)),
                gateway(spec, namespaceGateway),
                spec.object("egressIP").map(PolicyReader::egressIp).orElse(EgressIp.DEFAULT),
                spec.parsedTexts("destSubnet", Cidr::parse),
                podSelector(appliedTo, podSubnets),
                podSubnets,
                // An empty selector means everything in Kubernetes; here, so does an absent one.
                appliedTo.object("namespaceSelector").map(Selectors::read).filter(selector -> !selector.isEmpty()),
                spec.unsigned("priority").orElse(0L));
    }

    /**
     * Selector or subnets must select something. Not both, if the selector has matchLabels: EgressGateway's webhook
     * refuses that.
     */
    private static LabelSelector podSelector(Fields appliedTo, List<Cidr> podSubnets) {
        if (podSubnets.isEmpty()) {
            return Selectors.readRequired(appliedTo, "podSelector");
        }
        LabelSelector selector =
                appliedTo.object("podSelector").map(Selectors::read).orElse(LabelSelector.NONE);
        if (!selector.matchLabels().isEmpty()) {
            throw appliedTo.bad(
                    "podSubnet",
                    podSubnets
                            + " and podSelector.matchLabels exclude each other; allowed are podSubnet alone,"
                            + " podSelector alone, and podSubnet with podSelector.matchExpressions, which must both"
                            + " match");
        }
        return selector;
    }

    private static Optional<GatewayId> gateway(Fields spec, Optional<String> namespaceGateway) {
        Optional<GatewayId> named = spec.parsedText("egressGatewayName", GatewayId::new);
        return named.isPresent() ? named : namespaceGateway.map(GatewayId::new);
    }

    private static EgressIp egressIp(Fields fields) {
        fields.only("ipv4", "ipv6", "useNodeIP", "allocatorPolicy");
        Optional<IpAddress> ipv4 = fields.parsedText("ipv4", text -> address(text, IpFamily.V4));
        Optional<IpAddress> ipv6 = fields.parsedText("ipv6", text -> address(text, IpFamily.V6));
        boolean useNodeIp = fields.flag("useNodeIP", false);
        if (useNodeIp && (ipv4.isPresent() || ipv6.isPresent())) {
            throw fields.bad("useNodeIP", "true excludes ipv4 and ipv6: the node's address or an EIP, not both");
        }
        return new EgressIp(ipv4, ipv6, useNodeIp, allocator(fields));
    }

    private static AllocatorPolicy allocator(Fields fields) {
        String text = fields.text("allocatorPolicy").orElse("default");
        return switch (text) {
            case "default" -> AllocatorPolicy.DEFAULT;
            case "rr" -> AllocatorPolicy.RR;
            default ->
                throw fields.bad("allocatorPolicy", "\"" + text + "\" is not allowed; allowed are default and rr");
        };
    }

    private static IpAddress address(String text, IpFamily family) {
        var address = IpAddress.parse(text);
        if (address.family() != family) {
            throw new IllegalArgumentException(text + " is not of family " + family);
        }
        return address;
    }

    /** Whether the policy selects a pod in a namespace with these labels. A pod without addresses is in no subnet. */
    public static boolean selects(PolicyDeclared policy, Pod pod, Map<String, String> namespaceLabels) {
        boolean inScope = policy.policy().isCluster()
                ? policy.namespaceSelector()
                        .map((LabelSelector selector) -> selector.matches(namespaceLabels))
                        .orElse(true)
                : policy.policy().namespace().equals(pod.namespace());
        boolean byLabels =
                policy.podSelector().isEmpty() || policy.podSelector().matches(pod.labels());
        boolean byAddress = policy.podSubnets().isEmpty() || isWithin(policy.podSubnets(), pod);
        boolean selecting =
                !policy.podSelector().isEmpty() || !policy.podSubnets().isEmpty();
        return inScope && selecting && byLabels && byAddress;
    }

    private static boolean isWithin(List<Cidr> subnets, Pod pod) {
        List<IpAddress> addresses = pod.endpoint().map(Endpoint::addresses).orElse(List.of());
        return addresses.stream().anyMatch(address -> subnets.stream().anyMatch(subnet -> subnet.contains(address)));
    }
}
