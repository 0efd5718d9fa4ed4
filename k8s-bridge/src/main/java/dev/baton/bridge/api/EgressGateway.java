package dev.baton.bridge.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.CustomResource;
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
    public record Spec(boolean clusterDefault, Ippools ippools, NodeSelector nodeSelector) {
        public Spec {
            ippools = EgressApi.or(ippools, Ippools.NONE);
            nodeSelector = EgressApi.or(nodeSelector, NodeSelector.NONE);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Ippools(List<String> ipv4, List<String> ipv6, String ipv4DefaultEIP, String ipv6DefaultEIP) {
        static final Ippools NONE = new Ippools(List.of(), List.of(), "", "");

        public Ippools {
            ipv4 = EgressApi.orEmpty(ipv4);
            ipv6 = EgressApi.orEmpty(ipv6);
            ipv4DefaultEIP = EgressApi.orEmpty(ipv4DefaultEIP);
            ipv6DefaultEIP = EgressApi.orEmpty(ipv6DefaultEIP);
        }
    }

    /** {@code policy} is read by nobody; it exists in manifests. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record NodeSelector(LabelSelector selector, String policy) {
        static final NodeSelector NONE = new NodeSelector(new LabelSelector(), "");

        public NodeSelector {
            selector = EgressApi.or(selector, new LabelSelector());
            policy = EgressApi.orEmpty(policy);
        }
    }

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
