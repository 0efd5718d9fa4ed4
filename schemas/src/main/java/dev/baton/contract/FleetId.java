package dev.baton.contract;

/** One Kubernetes cluster's nodes, gateways and policies; the unit of order of every log. */
public record FleetId(String value) implements Comparable<FleetId> {
    public FleetId {
        Names.requireName("fleet", value);
    }

    @Override
    public int compareTo(FleetId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
