package dev.baton.contract;

/** A machine that runs the agent, by its Kubernetes node name. */
public record NodeId(String value) implements Comparable<NodeId> {
    public NodeId {
        Names.requireName("node", value);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
