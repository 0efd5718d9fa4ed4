package dev.baton.contract;

/** A pool of EIPs with a node selector (EgressGateway), by its name. */
public record GatewayId(String value) implements Comparable<GatewayId> {
    public GatewayId {
        Names.requireName("gateway", value);
    }

    @Override
    public int compareTo(GatewayId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
