package dev.baton.bridge.state;

import dev.baton.bridge.manifest.Pod;
import dev.baton.bridge.manifest.PolicyReader;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Which pods each policy selects, updated incrementally: a changed pod is compared only with the policies that could
 * select it, a changed policy only with the pods of its scope.
 */
public final class Membership {
    private static final String ALL_NAMESPACES = "";

    /** A pod's name in the cluster. A namespace has no slash. */
    private static String called(String namespace, String pod) {
        return namespace + "/" + pod;
    }

    /** By namespace; cluster policies under the empty one. */
    private final Map<String, Map<PolicyId, PolicyDeclared>> policies = new HashMap<>();

    private final Map<String, Map<String, Pod>> pods = new HashMap<>();
    private final Map<String, SortedMap<String, String>> namespaces = new HashMap<>();
    private final Map<PolicyId, SortedMap<String, Endpoint>> members = new HashMap<>();
    private Set<PolicyId> touched = new TreeSet<>();

    public void put(PolicyDeclared policy) {
        PolicyId id = policy.policy();
        policies.computeIfAbsent(id.namespace(), _ -> new TreeMap<>()).put(id, policy);
        var selected = new TreeMap<String, Endpoint>();
        Collection<Map<String, Pod>> scope =
                id.isCluster() ? pods.values() : List.of(pods.getOrDefault(id.namespace(), Map.of()));
        for (Map<String, Pod> each : scope) {
            for (Pod pod : each.values()) {
                if (pod.endpoint().isPresent() && selects(policy, pod)) {
                    selected.put(
                            called(pod.namespace(), pod.name()), pod.endpoint().get());
                }
            }
        }
        if (!selected.equals(members.getOrDefault(id, new TreeMap<>()))) {
            touched.add(id);
        }
        members.put(id, selected);
    }

    public void remove(PolicyId id) {
        Map<PolicyId, PolicyDeclared> scope = policies.get(id.namespace());
        if (scope != null) {
            scope.remove(id);
        }
        if (members.remove(id) != null) {
            touched.add(id);
        }
    }

    public void put(Pod pod) {
        pods.computeIfAbsent(pod.namespace(), _ -> new TreeMap<>()).put(pod.name(), pod);
        match(pod);
    }

    public void removePod(String namespace, String name) {
        Map<String, Pod> scope = pods.get(namespace);
        if (scope != null && scope.remove(name) != null) {
            forEachPolicyOf(namespace, policy -> leave(policy.policy(), called(namespace, name)));
        }
    }

    public void putNamespace(String namespace, Map<String, String> labels) {
        var known = new TreeMap<>(labels);
        if (!known.equals(namespaces.put(namespace, known))) {
            pods.getOrDefault(namespace, Map.of()).values().forEach(this::match);
        }
    }

    public void removeNamespace(String namespace) {
        namespaces.remove(namespace);
    }

    public Map<String, String> labelsOf(String namespace) {
        return namespaces.getOrDefault(namespace, new TreeMap<>());
    }

    /** Policies whose pods changed since the last call. */
    public Set<PolicyId> takeTouched() {
        Set<PolicyId> taken = touched;
        touched = new TreeSet<>();
        return taken;
    }

    /** The policy's pods, by namespace and name. */
    public List<Endpoint> endpoints(PolicyId policy) {
        return List.copyOf(members.getOrDefault(policy, new TreeMap<>()).values());
    }

    public Set<PolicyId> policies() {
        return new HashSet<>(members.keySet());
    }

    private void match(Pod pod) {
        String called = called(pod.namespace(), pod.name());
        forEachPolicyOf(pod.namespace(), policy -> {
            if (pod.endpoint().isPresent() && selects(policy, pod)) {
                Endpoint endpoint = pod.endpoint().get();
                if (!endpoint.equals(membersOf(policy.policy()).put(called, endpoint))) {
                    touched.add(policy.policy());
                }
            } else {
                leave(policy.policy(), called);
            }
        });
    }

    private void leave(PolicyId policy, String called) {
        if (membersOf(policy).remove(called) != null) {
            touched.add(policy);
        }
    }

    private SortedMap<String, Endpoint> membersOf(PolicyId policy) {
        return members.computeIfAbsent(policy, _ -> new TreeMap<>());
    }

    private boolean selects(PolicyDeclared policy, Pod pod) {
        return PolicyReader.selects(policy, pod, labelsOf(pod.namespace()));
    }

    private void forEachPolicyOf(String namespace, Consumer<PolicyDeclared> action) {
        policies.getOrDefault(namespace, Map.of()).values().forEach(action);
        policies.getOrDefault(ALL_NAMESPACES, Map.of()).values().forEach(action);
    }
}
