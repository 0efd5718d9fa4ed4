package dev.baton.bridge.beside;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** EgressGateway's own pods, known by the label that its chart gives them. */
public final class BesidePods {
    private static final String LABEL = "app.kubernetes.io/component";

    public enum Component {
        /** Writes all statuses. */
        CONTROLLER("egressgateway-controller"),
        /** Writes the status of its node's tunnel, and programs its node. */
        AGENT("egressgateway-agent");

        private final String label;

        Component(String label) {
            this.label = label;
        }
    }

    /**
     * @param name with the namespace
     * @param node empty while it is not scheduled
     * @param ready not so on a node that is gone, where a pod stays Running for ever
     */
    public record BesidePod(String name, Component component, String node, boolean ready) {}

    private final Map<String, BesidePod> pods = new TreeMap<>();

    public void put(String namespace, String name, Map<String, String> labels, String node, boolean ready) {
        String key = namespace + "/" + name;
        Optional<Component> component = component(labels);
        if (component.isPresent()) {
            pods.put(key, new BesidePod(key, component.get(), node, ready));
        } else {
            pods.remove(key);
        }
    }

    public void remove(String namespace, String name) {
        pods.remove(namespace + "/" + name);
    }

    private static Optional<Component> component(Map<String, String> labels) {
        String label = labels.getOrDefault(LABEL, "");
        for (Component component : Component.values()) {
            if (component.label.equals(label)) {
                return Optional.of(component);
            }
        }
        return Optional.empty();
    }

    /** By name. */
    public List<BesidePod> all() {
        return List.copyOf(pods.values());
    }

    public Optional<BesidePod> readyController() {
        return pods.values().stream()
                .filter(pod -> pod.component() == Component.CONTROLLER && pod.ready())
                .findFirst();
    }
}
