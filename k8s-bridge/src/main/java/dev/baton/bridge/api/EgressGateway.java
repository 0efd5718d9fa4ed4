package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Default;
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

/** A pool of EIPs and the nodes that may hold them. */
@Group(EgressApi.GROUP)
@Version(EgressApi.VERSION)
@Plural("egressgateways")
@ShortNames("egw")
@Categories("egressgateway")
@AdditionalPrinterColumn(name = "ipv4DefaultEIP", type = Type.STRING, jsonPath = ".spec.ippools.ipv4DefaultEIP")
@AdditionalPrinterColumn(name = "ipv6DefaultEIP", type = Type.STRING, jsonPath = ".spec.ippools.ipv6DefaultEIP")
@AdditionalPrinterColumn(name = "clusterDefault", type = Type.BOOLEAN, jsonPath = ".spec.clusterDefault")
@AdditionalPrinterColumn(name = "ipv4Total", type = Type.INTEGER, jsonPath = ".status.ipUsage.ipv4Total")
@AdditionalPrinterColumn(name = "ipv4Free", type = Type.INTEGER, jsonPath = ".status.ipUsage.ipv4Free")
@AdditionalPrinterColumn(name = "ipv6Total", type = Type.INTEGER, jsonPath = ".status.ipUsage.ipv6Total")
@AdditionalPrinterColumn(name = "ipv6Free", type = Type.INTEGER, jsonPath = ".status.ipUsage.ipv6Free")
@ValidationRule(
        value = "has(self.spec)",
        fieldPath = ".spec",
        message = "missing; its nodeSelector names the nodes that may hold EIPs")
public final class EgressGateway extends CustomResource<EgressGateway.Spec, EgressGateway.Status> {
    private static final long serialVersionUID = 1L;

    @Override
    protected Spec initSpec() {
        return new Spec(false, Ippools.NONE, NodeSelector.NONE);
    }

    @Override
    protected Status initStatus() {
        return new Status(List.of(), IpUsage.NONE, List.of());
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = Cel.SELECTOR_HAS_TERMS,
            fieldPath = ".nodeSelector",
            message = "selector: selects nothing; give at least one of matchLabels and matchExpressions")
    @ValidationRule(
            value = Cel.STAYS_EMPTY_V4,
            fieldPath = ".ippools",
            message = "ipv4: was empty when the gateway was made and must stay so; make another gateway for IPv4")
    @ValidationRule(
            value = Cel.STAYS_EMPTY_V6,
            fieldPath = ".ippools",
            message = "ipv6: was empty when the gateway was made and must stay so; make another gateway for IPv6")
    public record Spec(
            @JsonPropertyDescription("Whether policies that name no gateway use this one; of one gateway at most.")
            @Default("false")
            boolean clusterDefault,

            @JsonPropertyDescription("The EIPs that policies may get.")
            Ippools ippools,

            @JsonPropertyDescription("Which nodes may hold them.")
            NodeSelector nodeSelector) {
        public Spec {
            ippools = EgressApi.or(ippools, Ippools.NONE);
            nodeSelector = EgressApi.or(nodeSelector, NodeSelector.NONE);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value = Cel.DEFAULT_V4,
            fieldPath = ".ipv4DefaultEIP",
            messageExpression =
                    "'\"' + self.ipv4DefaultEIP + '\" is not an IPv4 address in the pool ipv4; leave it out to have"
                            + " one chosen'")
    @ValidationRule(
            value = Cel.DEFAULT_V6,
            fieldPath = ".ipv6DefaultEIP",
            messageExpression =
                    "'\"' + self.ipv6DefaultEIP + '\" is not an IPv6 address in the pool ipv6; leave it out to have"
                            + " one chosen'")
    @SchemaCustomizer(value = Refined.class, input = Cel.POOL_ITEMS)
    public record Ippools(
            @JsonPropertyDescription(
                    "IPv4 addresses: single ones, ranges like 10.6.1.55-10.6.1.60, or networks like 10.6.1.0/24.")
            @Size(max = 1000)
            List<String> ipv4,

            @JsonPropertyDescription("IPv6 addresses, in the same forms. With both families, as many as of IPv4.")
            @Size(max = 1000)
            List<String> ipv6,

            @JsonPropertyDescription(
                    "The address that policies get which ask for none; chosen from the pool if it is left out.")
            @Size(max = 15)
            String ipv4DefaultEIP,

            @JsonPropertyDescription("The same for IPv6.") @Size(max = 39)
            String ipv6DefaultEIP) {
        static final Ippools NONE = new Ippools(List.of(), List.of(), "", "");

        public Ippools {
            ipv4 = EgressApi.orEmpty(ipv4);
            ipv6 = EgressApi.orEmpty(ipv6);
            ipv4DefaultEIP = EgressApi.orEmpty(ipv4DefaultEIP);
            ipv6DefaultEIP = EgressApi.orEmpty(ipv6DefaultEIP);
        }
    }

    /** {@code policy} has no effect; manifests have it. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @SchemaCustomizer(value = Refined.class, input = Cel.NODE_SELECTOR)
    public record NodeSelector(
            LabelSelector selector,

            @JsonPropertyDescription("AverageSelection or nothing: EIPs are spread over the nodes.")
            String policy) {
        static final NodeSelector NONE = new NodeSelector(new LabelSelector(), "");

        public NodeSelector {
            selector = EgressApi.or(selector, new LabelSelector());
            policy = EgressApi.orEmpty(policy);
        }
    }

    @SchemaCustomizer(value = Refined.class, input = Cel.CONDITIONS)
    public record Status(
            List<GatewayNode> nodeList,
            IpUsage ipUsage,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Condition> conditions) {
        public Status {
            nodeList = EgressApi.orEmpty(nodeList);
            ipUsage = EgressApi.or(ipUsage, IpUsage.NONE);
            conditions = EgressApi.orEmpty(conditions);
        }
    }

    /** {@code status} is the phase of the node's tunnel. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record GatewayNode(String name, String status, List<NodeEip> eips) {
        public GatewayNode {
            name = EgressApi.orEmpty(name);
            status = EgressApi.orEmpty(status);
            eips = EgressApi.orEmpty(eips);
        }
    }

    /** Both addresses empty: the policies that leave with the node's own address. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record NodeEip(String ipv4, String ipv6, List<PolicyRef> policies) {
        public NodeEip {
            ipv4 = EgressApi.orEmpty(ipv4);
            ipv6 = EgressApi.orEmpty(ipv6);
            policies = EgressApi.orEmpty(policies);
        }
    }

    /** Namespace is empty for a cluster policy. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PolicyRef(String name, String namespace) {
        public PolicyRef {
            name = EgressApi.orEmpty(name);
            namespace = EgressApi.orEmpty(namespace);
        }
    }

    public record IpUsage(int ipv4Total, int ipv4Free, int ipv6Total, int ipv6Free) {
        static final IpUsage NONE = new IpUsage(0, 0, 0, 0);
    }
}
