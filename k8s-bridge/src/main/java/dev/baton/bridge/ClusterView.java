package dev.baton.bridge;

import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressClusterPolicy;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.core.ClusterNetworks;
import dev.baton.bridge.core.InvalidManifest;
import dev.baton.bridge.core.KubernetesObjects;
import dev.baton.bridge.core.Membership;
import dev.baton.bridge.core.Standing;
import dev.baton.bridge.core.Subject;
import dev.baton.bridge.core.Wanted;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the API server has, and what follows from it for the fleet. Belongs to the loop's thread. */
final class ClusterView {
    private static final Logger log = LoggerFactory.getLogger(ClusterView.class);

    final Wanted wanted = new Wanted();
    final Membership membership = new Membership();
    final ClusterNetworks networks = new ClusterNetworks();
    final Seen<GatewayId, EgressGateway> gateways = new Seen<>();
    final Seen<PolicyId, HasMetadata> policies = new Seen<>();
    final Seen<NodeId, EgressTunnel> tunnels = new Seen<>();
    final Seen<String, EgressClusterInfo> clusterInfos = new Seen<>();
    /** The nodes' unique ids, for the owners of tunnels. */
    final Map<NodeId, String> nodes = new HashMap<>();

    private final Map<Subject, String> malformed = new HashMap<>();

    Optional<String> malformed(Subject subject) {
        return Optional.ofNullable(malformed.get(subject));
    }

    void seen(Node node) {
        var declared = KubernetesObjects.node(node);
        wanted.want(declared);
        nodes.put(declared.node(), node.getMetadata().getUid());
        networks.putNode(
                declared.node(), KubernetesObjects.internalAddresses(node), KubernetesObjects.podNetworks(node));
    }

    void gone(Node node) {
        var id = new NodeId(node.getMetadata().getName());
        wanted.drop(id);
        nodes.remove(id);
        networks.removeNode(id);
    }

    void seen(Namespace namespace) {
        String name = namespace.getMetadata().getName();
        Map<String, String> before = membership.labelsOf(name);
        Map<String, String> labels = KubernetesObjects.labels(namespace);
        membership.putNamespace(name, labels);
        if (!Objects.equals(before.get(EgressApi.DEFAULT_GATEWAY_LABEL), labels.get(EgressApi.DEFAULT_GATEWAY_LABEL))) {
            policies.byKey().forEach((id, policy) -> {
                if (id.namespace().equals(name)) {
                    want(id, policy);
                }
            });
        }
    }

    void gone(Namespace namespace) {
        membership.removeNamespace(namespace.getMetadata().getName());
    }

    void seen(EgressGateway gateway) {
        var id = new GatewayId(gateway.getMetadata().getName());
        if (gateways.put(id, gateway)) {
            // One that is being deleted stays for as long as policies use it; the round lets go of it.
            taking(new Subject.OfGateway(id), () -> wanted.want(KubernetesObjects.gateway(gateway)));
        }
    }

    void gone(EgressGateway gateway) {
        var id = new GatewayId(gateway.getMetadata().getName());
        if (gateways.remove(id, gateway)) {
            wanted.drop(id);
            malformed.remove(new Subject.OfGateway(id));
        }
    }

    void seenPolicy(HasMetadata policy) {
        PolicyId id = id(policy);
        if (policies.put(id, policy)) {
            want(id, policy);
        }
    }

    void gonePolicy(HasMetadata policy) {
        PolicyId id = id(policy);
        if (policies.remove(id, policy)) {
            forget(id);
        }
    }

    private void want(PolicyId id, HasMetadata policy) {
        if (policy.getMetadata().getDeletionTimestamp() != null) {
            forget(id); // somebody else's finalizer keeps the object; its user wants it gone
            return;
        }
        taking(new Subject.OfPolicy(id), () -> {
            PolicyDeclared declared = KubernetesObjects.policy(policy, membership.labelsOf(id.namespace()));
            wanted.want(declared);
            membership.put(declared);
        });
    }

    private void forget(PolicyId id) {
        wanted.drop(id);
        membership.remove(id);
        malformed.remove(new Subject.OfPolicy(id));
    }

    /** A form that is refused leaves what was wanted before as it is. */
    private void taking(Subject subject, Runnable reading) {
        try {
            reading.run();
            malformed.remove(subject);
        } catch (InvalidManifest e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(malformed.put(subject, problem))) {
                log.warn("event=object_refused reason=\"{}\"", problem);
            }
        }
    }

    static PolicyId id(HasMetadata policy) {
        return policy instanceof EgressClusterPolicy
                ? PolicyId.cluster(policy.getMetadata().getName())
                : new PolicyId(
                        policy.getMetadata().getNamespace(),
                        policy.getMetadata().getName());
    }

    /** Whether any policy that is not being deleted names this gateway, or was given it for want of a name. */
    boolean isUsed(GatewayId gateway, Standing standing) {
        return policies.byKey().keySet().stream()
                .anyMatch(id -> wanted.policy(id)
                        .flatMap(policy -> policy.gateway().or(() -> standing.gatewayOf(id)))
                        .equals(Optional.of(gateway)));
    }

    /** What is wanted of the cluster's networks; Kubernetes' own words where nobody said any. */
    EgressClusterInfo clusterInfo() {
        return clusterInfos.get(CLUSTER_INFO).orElseGet(EgressClusterInfo::new);
    }

    /** The destinations inside the cluster, made anew when what they follow from changed. */
    ClusterCidrs cidrs() {
        lookAtNetworks();
        return cidrs;
    }

    void lookAtNetworks() {
        var basis = new CidrBasis(networks.version(), clusterInfo().getSpec());
        if (!basis.equals(cidrBasis)) {
            cidrBasis = basis;
            cidrs = networks.cidrs(basis.spec());
            wanted.want(networks.declared(basis.spec()));
        }
    }

    private record CidrBasis(long version, EgressClusterInfo.Spec spec) {}

    private CidrBasis cidrBasis = new CidrBasis(-1, new EgressClusterInfo().getSpec());
    private ClusterCidrs cidrs = new ClusterCidrs(List.of());

    static final String CLUSTER_INFO = "default";
}
