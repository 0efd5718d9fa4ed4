package dev.baton.bridge.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.baton.bridge.api.EgressApi;
import dev.baton.contract.Cidr;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyDeclared;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** From the API server's objects to declarations; our own kinds are read by the readers of manifests. */
public final class KubernetesObjects {
    private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

    private KubernetesObjects() {}

    /** @throws InvalidManifest if it is not what the API server should have let in */
    public static GatewayDeclared gateway(HasMetadata gateway) {
        return GatewayReader.read(document(gateway));
    }

    /**
     * @param namespaceLabels of the policy's namespace, which may name the gateway of policies that name none
     * @throws InvalidManifest if it is not what the API server should have let in
     */
    public static PolicyDeclared policy(HasMetadata policy, Map<String, String> namespaceLabels) {
        return PolicyReader.read(
                document(policy), Optional.ofNullable(namespaceLabels.get(EgressApi.DEFAULT_GATEWAY_LABEL)));
    }

    /** A node without a condition Ready has not reported to Kubernetes yet. */
    public static NodeDeclared node(Node node) {
        boolean ready = node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
        return new NodeDeclared(
                new NodeId(node.getMetadata().getName()), new TreeMap<>(labels(node)), ready, isCordoned(node));
    }

    private static boolean isCordoned(Node node) {
        boolean unschedulable =
                node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        String drain = annotations == null ? null : annotations.get(EgressApi.DRAIN_ANNOTATION);
        return unschedulable || drain != null && !drain.equals("false");
    }

    /** The node's own addresses in the cluster. */
    public static Set<IpAddress> internalAddresses(Node node) {
        var addresses = new TreeSet<IpAddress>();
        if (node.getStatus() != null) {
            for (NodeAddress address : node.getStatus().getAddresses()) {
                if ("InternalIP".equals(address.getType())) {
                    address(address.getAddress()).ifPresent(addresses::add);
                }
            }
        }
        return addresses;
    }

    /** The networks of the node's pods, where Kubernetes gives them out. */
    public static Set<Cidr> podNetworks(Node node) {
        var networks = new TreeSet<Cidr>();
        if (node.getSpec() != null) {
            node.getSpec().getPodCIDRs().forEach(text -> cidr(text).ifPresent(networks::add));
            cidr(node.getSpec().getPodCIDR()).ifPresent(networks::add);
        }
        return networks;
    }

    /** What matters of a pod: unscheduled, finished and host-network pods have no address of their own. */
    public static Pod pod(io.fabric8.kubernetes.api.model.Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        return new Pod(namespace, name, labels(pod), endpoint(pod, namespace, name));
    }

    private static Optional<Endpoint> endpoint(io.fabric8.kubernetes.api.model.Pod pod, String namespace, String name) {
        if (pod.getSpec() == null
                || pod.getStatus() == null
                || pod.getSpec().getNodeName() == null
                || Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                || FINISHED.contains(String.valueOf(pod.getStatus().getPhase()))) {
            return Optional.empty();
        }
        var addresses = new TreeSet<IpAddress>();
        address(pod.getStatus().getPodIP()).ifPresent(addresses::add);
        for (PodIP ip : pod.getStatus().getPodIPs()) {
            address(ip.getIp()).ifPresent(addresses::add);
        }
        return addresses.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Endpoint(namespace, name, new NodeId(pod.getSpec().getNodeName()), List.copyOf(addresses)));
    }

    public static Map<String, String> labels(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    /** Kubernetes' own addresses are well formed; malformed addresses are ignored. */
    public static Optional<IpAddress> address(@Nullable String text) {
        try {
            return text == null || text.isEmpty() ? Optional.empty() : Optional.of(IpAddress.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As {@link #address}; an address alone is a network of one. */
    public static Optional<Cidr> cidr(@Nullable String text) {
        try {
            return text == null || text.isEmpty() ? Optional.empty() : Optional.of(Cidr.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Document document(HasMetadata object) {
        JsonNode tree = Serialization.jsonMapper().valueToTree(object);
        if (tree instanceof ObjectNode root) {
            root.remove("status"); // large, and written by us
        }
        return Document.read("kubernetes", tree);
    }
}
