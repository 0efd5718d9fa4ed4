package dev.baton.bridge.state;

import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressClusterInfo.Addresses;
import dev.baton.bridge.manifest.KubernetesObjects;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Destinations inside the cluster, which policies without destinations of their own leave alone: the nodes' addresses,
 * the services' networks, the pods' networks, and what a user lists.
 */
public final class ClusterNetworks {
    /** How pod networks are found; what {@code spec.autoDetect.podCidrMode} may say. */
    public static final List<String> MODES = List.of("auto", "calico", "k8s", "");

    /**
     * In the status, beside nodes or pools, no name of which has capitals: addresses of pods in none of their
     * networks.
     */
    public static final String OUTSIDE = "podsElsewhere";

    private final Map<NodeId, Set<IpAddress>> nodeAddresses = new HashMap<>();
    private final Map<NodeId, Set<Cidr>> nodeNetworks = new HashMap<>();
    private final Map<String, Set<Cidr>> serviceNetworks = new HashMap<>();
    private final Map<String, Set<Cidr>> calicoPools = new HashMap<>();

    private final PodsOutside podsOutside = new PodsOutside();

    private long version;

    /** Changes whenever one of the networks changes. */
    public long version() {
        return version;
    }

    public void putNode(NodeId node, Set<IpAddress> addresses, Set<Cidr> podNetworks) {
        put(nodeAddresses, node, addresses);
        put(nodeNetworks, node, podNetworks);
    }

    public void removeNode(NodeId node) {
        remove(nodeAddresses, node);
        remove(nodeNetworks, node);
    }

    /** @param source where these networks were found: an object's name, or a component's flag */
    public void putServices(String source, Set<Cidr> networks) {
        put(serviceNetworks, source, networks);
    }

    public void removeServices(String source) {
        remove(serviceNetworks, source);
    }

    public void putCalicoPool(String name, Set<Cidr> networks) {
        put(calicoPools, name, networks);
    }

    public void removeCalicoPool(String name) {
        remove(calicoPools, name);
    }

    /** @param addresses of its own; empty for one that has none, or is gone */
    public void putPod(String namespace, String name, List<IpAddress> addresses) {
        if (podsOutside.put(namespace + "/" + name, addresses)) {
            version++;
        }
    }

    private <K, V> void put(Map<K, V> known, K key, V value) {
        if (!value.equals(known.put(key, value))) {
            version++;
        }
    }

    private <K> void remove(Map<K, ?> known, K key) {
        if (known.remove(key) != null) {
            version++;
        }
    }

    /** The status of the cluster info. */
    public EgressClusterInfo.Status status(EgressClusterInfo.Spec spec) {
        var nodes = new TreeMap<String, Addresses>();
        if (spec.autoDetect().nodeIP()) {
            nodeAddresses.forEach((node, addresses) -> nodes.put(node.toString(), addresses(addresses)));
        }
        var pods = new TreeMap<String, Addresses>();
        String mode = mode(spec);
        if (mode.equals("calico")) {
            calicoPools.forEach((pool, networks) -> pods.put(pool, networks(networks)));
        } else if (mode.equals("k8s")) {
            nodeNetworks.forEach((node, networks) -> {
                if (!networks.isEmpty()) {
                    pods.put(node.toString(), networks(networks));
                }
            });
        }
        SortedSet<Cidr> outside = outside(spec);
        if (!outside.isEmpty()) {
            pods.put(OUTSIDE, networks(outside));
        }
        Set<Cidr> services = spec.autoDetect().clusterIP() ? all(serviceNetworks.values()) : Set.of();
        return new EgressClusterInfo.Status(nodes, networks(services), pods, spec.extraCidr(), mode, List.of());
    }

    /** The same in the form for the agents. */
    public ClusterCidrs cidrs(EgressClusterInfo.Spec spec) {
        var cidrs = new TreeSet<Cidr>(found(spec));
        cidrs.addAll(outside(spec));
        return new ClusterCidrs(List.copyOf(cidrs));
    }

    /** Addresses of pods that are in none of the networks; none if the user wants no pods' networks to be found. */
    SortedSet<Cidr> outside(EgressClusterInfo.Spec spec) {
        podsOutside.inside(found(spec));
        return mode(spec).isEmpty() ? Collections.emptySortedSet() : podsOutside.networks();
    }

    private Set<Cidr> found(EgressClusterInfo.Spec spec) {
        var cidrs = new TreeSet<Cidr>();
        if (spec.autoDetect().nodeIP()) {
            nodeAddresses.values().forEach(addresses -> addresses.forEach(address -> cidrs.add(host(address))));
        }
        if (spec.autoDetect().clusterIP()) {
            cidrs.addAll(all(serviceNetworks.values()));
        }
        switch (mode(spec)) {
            case "calico" -> cidrs.addAll(all(calicoPools.values()));
            case "k8s" -> cidrs.addAll(all(nodeNetworks.values()));
            default -> {}
        }
        spec.extraCidr().forEach(text -> network(text).ifPresent(cidrs::add));
        return cidrs;
    }

    /**
     * What the coordinator must know, so that no EIP is taken from there: all that was found out, and no user's list.
     */
    public ClusterNetworksDeclared declared(EgressClusterInfo.Spec spec) {
        Set<Cidr> pods = switch (mode(spec)) {
            case "calico" -> all(calicoPools.values());
            case "k8s" -> all(nodeNetworks.values());
            default -> Set.of();
        };
        return new ClusterNetworksDeclared(
                List.copyOf(all(serviceNetworks.values())),
                List.copyOf(pods),
                nodeAddresses.values().stream()
                        .flatMap(Collection::stream)
                        .map(ClusterNetworks::host)
                        .toList());
    }

    /** {@code auto}: Calico's pools where there are any, else the networks that Kubernetes gave the nodes. */
    private String mode(EgressClusterInfo.Spec spec) {
        String wanted = spec.autoDetect().podCidrMode();
        return wanted.equals("auto") ? calicoPools.isEmpty() ? "k8s" : "calico" : wanted;
    }

    /** A network, or an address alone, which is a network of one. */
    public static Optional<Cidr> network(String text) {
        return text.indexOf('/') >= 0
                ? KubernetesObjects.cidr(text)
                : KubernetesObjects.address(text).map(ClusterNetworks::host);
    }

    private static Cidr host(IpAddress address) {
        return new Cidr(address, address.family().bits());
    }

    private static Set<Cidr> all(Collection<Set<Cidr>> sets) {
        var all = new TreeSet<Cidr>();
        sets.forEach(all::addAll);
        return all;
    }

    private static Addresses addresses(Set<IpAddress> addresses) {
        return new Addresses(
                texts(addresses.stream().filter(a -> a.family() == IpFamily.V4)),
                texts(addresses.stream().filter(a -> a.family() == IpFamily.V6)));
    }

    private static Addresses networks(Set<Cidr> networks) {
        return new Addresses(
                texts(networks.stream().filter(n -> n.family() == IpFamily.V4)),
                texts(networks.stream().filter(n -> n.family() == IpFamily.V6)));
    }

    private static List<String> texts(Stream<?> items) {
        return items.map(Object::toString).toList();
    }
}
