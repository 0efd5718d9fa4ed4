package dev.baton.contract;

import java.util.Comparator;

/** An EgressPolicy (with a namespace) or an EgressClusterPolicy (namespace empty). */
public record PolicyId(String namespace, String name) implements Comparable<PolicyId> {
    private static final Comparator<PolicyId> ORDER =
            Comparator.comparing(PolicyId::namespace).thenComparing(PolicyId::name);

    public PolicyId {
        if (!namespace.isEmpty()) {
            Names.requireName("policy namespace", namespace);
        }
        Names.requireName("policy name", name);
    }

    /** A cluster policy's id. */
    public static PolicyId cluster(String name) {
        return new PolicyId("", name);
    }

    /** Reads what {@link #toString} writes: {@code namespace/name}, or {@code name} for a cluster policy. */
    public static PolicyId parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? cluster(text) : new PolicyId(text.substring(0, slash), text.substring(slash + 1));
    }

    public boolean isCluster() {
        return namespace.isEmpty();
    }

    @Override
    public int compareTo(PolicyId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return isCluster() ? name : namespace + "/" + name;
    }
}
