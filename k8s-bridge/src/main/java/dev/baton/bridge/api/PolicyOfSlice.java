package dev.baton.bridge.api;

import dev.baton.contract.PolicyId;
import java.util.Map;
import java.util.Optional;

/**
 * How a slice says whose it is. The label is EgressGateway's, and what slices are selected by; but a label's value
 * has 63 characters at most, and a policy's name 253. A longer name is cut in the label, and an annotation has all of
 * it.
 */
public final class PolicyOfSlice {
    /** As Kubernetes limits the value of a label. */
    private static final int LONGEST = 63;

    private PolicyOfSlice() {}

    public static Map<String, String> labels(PolicyId policy) {
        return Map.of(EgressApi.POLICY_LABEL, label(policy.name()));
    }

    /** Only those that the label cannot say. */
    public static Map<String, String> annotations(PolicyId policy) {
        return policy.name().length() > LONGEST ? Map.of(EgressApi.POLICY_LABEL, policy.name()) : Map.of();
    }

    /** The policy's name; empty if neither says it. */
    public static Optional<String> name(Map<String, String> labels, Optional<String> annotated) {
        return annotated
                .or(() -> Optional.ofNullable(labels.get(EgressApi.POLICY_LABEL)))
                .filter(name -> !name.isEmpty());
    }

    /** Different for different names, and again a name, which ends in a letter or a digit. */
    private static String label(String name) {
        if (name.length() <= LONGEST) {
            return name;
        }
        String hash = String.format("%08x", name.hashCode());
        return name.substring(0, LONGEST - 1 - hash.length()) + "-" + hash;
    }
}
