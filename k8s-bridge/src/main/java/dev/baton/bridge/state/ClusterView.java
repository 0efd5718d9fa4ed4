package dev.baton.bridge.state;

import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressClusterPolicy;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.manifest.InvalidManifest;
import dev.baton.bridge.manifest.KubernetesObjects;
import dev.baton.bridge.manifest.Pod;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.FleetSnapshot.FleetGateway;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
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
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API server's objects, and what follows from them for the fleet. Used by the loop's thread only. */
public final class ClusterView {
    private static final Logger log = LoggerFactory.getLogger(ClusterView.class);

    public final Wanted wanted = new Wanted();
    public final Membership membership = new Membership();
    public final ClusterNetworks networks = new ClusterNetworks();
    public final PodsOfNodes podsOfNodes = new PodsOfNodes();
    public final NewestObjects<GatewayId, EgressGateway> gateways = new NewestObjects<>();
    public final NewestObjects<PolicyId, HasMetadata> policies = new NewestObjects<>();
    public final NewestObjects<NodeId, EgressTunnel> tunnels = new NewestObjects<>();
    public final NewestObjects<String, EgressClusterInfo> clusterInfos = new NewestObjects<>();
    /** The nodes' uids: a tunnel's owner reference needs them. */
    public final Map<NodeId, String> nodes = new HashMap<>();

    private final Map<Subject, String> malformed = new HashMap<>();

    public Optional<String> malformed(Subject subject) {
        return Optional.ofNullable(malformed.get(subject));
    }

    public void seen(Node node) {
        var declared = KubernetesObjects.node(node);
        wanted.want(declared);
        nodes.put(declared.node(), node.getMetadata().getUid());
        podsOfNodes.putNode(declared.node());
        networks.putNode(
                declared.node(), KubernetesObjects.internalAddresses(node), KubernetesObjects.podNetworks(node));
    }

    public void gone(Node node) {
        var id = new NodeId(node.getMetadata().getName());
        wanted.drop(id);
        nodes.remove(id);
        podsOfNodes.removeNode(id);
        networks.removeNode(id);
    }

    public void seen(Pod pod) {
        membership.put(pod);
        podsOfNodes.putPod(pod.namespace() + "/" + pod.name(), pod.endpoint());
        networks.putPod(
                pod.namespace(),
                pod.name(),
                pod.endpoint().map(Endpoint::addresses).orElse(List.of()));
    }

    public void gonePod(String namespace, String name) {
        membership.removePod(namespace, name);
        podsOfNodes.putPod(namespace + "/" + name, Optional.empty());
        networks.putPod(namespace, name, List.of());
    }

    public void seen(Namespace namespace) {
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

    public void gone(Namespace namespace) {
        membership.removeNamespace(namespace.getMetadata().getName());
    }

    public void seen(EgressGateway gateway) {
        var id = new GatewayId(gateway.getMetadata().getName());
        if (gateways.put(id, gateway)) {
            // A gateway that is being deleted stays while policies use it; the next round then removes the finalizer.
            taking(new Subject.OfGateway(id), () -> wanted.want(KubernetesObjects.gateway(gateway)));
        }
    }

    public void gone(EgressGateway gateway) {
        var id = new GatewayId(gateway.getMetadata().getName());
        if (gateways.remove(id, gateway)) {
            wanted.drop(id);
            malformed.remove(new Subject.OfGateway(id));
        }
    }

    public void seenPolicy(HasMetadata policy) {
        PolicyId id = id(policy);
        if (policies.put(id, policy)) {
            want(id, policy);
        }
    }

    public void gonePolicy(HasMetadata policy) {
        PolicyId id = id(policy);
        if (policies.remove(id, policy)) {
            forget(id);
        }
    }

    private void want(PolicyId id, HasMetadata policy) {
        if (policy.getMetadata().getDeletionTimestamp() != null) {
            forget(id); // another controller's finalizer keeps the object, but its user has deleted it
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

    /** If the new form of an object cannot be read, the last one that could be read stays in force. */
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

    /**
     * An object that is there and that this replica could never read keeps the form that the coordinator accepted: it
     * is not one that was deleted.
     */
    public void keepAccepted(FleetView standing) {
        for (Subject unread : malformed.keySet()) {
            switch (unread) {
                case Subject.OfGateway(GatewayId id)
                when !wanted.has(id) ->
                    standing.gateway(id).map(FleetGateway::spec).ifPresent(wanted::want);
                case Subject.OfPolicy(PolicyId id)
                when wanted.policy(id).isEmpty() ->
                    standing.policy(id).map(FleetPolicy::spec).ifPresent(accepted -> {
                        wanted.want(accepted);
                        membership.put(accepted);
                    });
                case Subject.OfGateway _, Subject.OfPolicy _, Subject.OfNode _, Subject.OfNetworks _ -> {}
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

    /** Whether any policy that is not being deleted names this gateway, or got it as the default. */
    public boolean isUsed(GatewayId gateway, FleetView standing) {
        return policies.byKey().keySet().stream()
                .anyMatch(id -> wanted.policy(id)
                        .flatMap(policy -> policy.gateway().or(() -> standing.gatewayOf(id)))
                        .equals(Optional.of(gateway)));
    }

    /** The wanted cluster info; Kubernetes' defaults if no user has written one. */
    public EgressClusterInfo clusterInfo() {
        return clusterInfos.get(CLUSTER_INFO).orElseGet(EgressClusterInfo::new);
    }

    /** The destinations inside the cluster, computed again when one of their sources has changed. */
    public ClusterCidrs cidrs() {
        lookAtNetworks();
        return cidrs;
    }

    /** Computes what follows from the cluster's networks again, if one of their sources has changed. */
    public void lookAtNetworks() {
        var basis = new CidrBasis(networks.version(), clusterInfo().getSpec());
        if (!basis.equals(cidrBasis)) {
            cidrBasis = basis;
            cidrs = networks.cidrs(basis.spec());
            tellOfPodsOutside(networks.outside(basis.spec()));
            wanted.want(networks.declared(basis.spec()));
        }
    }

    /** Said once, until it is over. */
    private void tellOfPodsOutside(SortedSet<Cidr> outside) {
        if (!outside.isEmpty() && !podsAreOutside) {
            log.warn(
                    "event=pods_outside_networks first={} action=\"the addresses of such pods count one by one; name"
                            + " their networks in spec.extraCidr of the EgressClusterInfo, at the latest when there are"
                            + " {}\"",
                    outside.first(),
                    PodsOutside.MOST);
        }
        podsAreOutside = !outside.isEmpty();
    }

    private boolean podsAreOutside;

    private record CidrBasis(long version, EgressClusterInfo.Spec spec) {}

    private CidrBasis cidrBasis = new CidrBasis(-1, new EgressClusterInfo().getSpec());
    private ClusterCidrs cidrs = new ClusterCidrs(List.of());

    public static final String CLUSTER_INFO = "default";
}
