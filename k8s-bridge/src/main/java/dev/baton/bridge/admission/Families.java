package dev.baton.bridge.admission;

/** Which families gateways may have: {@code feature.enableIPv4} and {@code feature.enableIPv6}. */
public record Families(boolean ipv4, boolean ipv6) {
    public static final Families BOTH = new Families(true, true);

    public Families {
        if (!ipv4 && !ipv6) {
            throw new IllegalArgumentException("enableIPv4=false and enableIPv6=false leave nothing to do");
        }
    }

    @Override
    public String toString() {
        return "enableIPv4=" + ipv4 + ", enableIPv6=" + ipv6;
    }
}
