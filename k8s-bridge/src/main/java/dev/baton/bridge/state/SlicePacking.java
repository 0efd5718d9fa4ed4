package dev.baton.bridge.state;

import dev.baton.contract.EndpointSlice;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.PolicyId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Spreads a policy's pods over slices, moving as little as possible: a pod stays in its slice, free places are filled
 * before a new slice begins, and a slice without pods is deleted.
 */
public final class SlicePacking {
    /** EgressGateway's {@code maxNumberEndpointPerSlice}. */
    public static final int MOST = 100;

    /** Most characters of the policy's name in a slice's name, which may have 253 in all. */
    private static final int LONGEST_STEM = 240;

    private SlicePacking() {}

    /**
     * @param current the policy's slices as they are
     * @return the slices as they should be, by name; none is empty
     */
    public static Map<String, EndpointSlice> pack(
            PolicyId policy, Collection<EndpointSlice> current, Collection<Endpoint> wanted) {
        var left = new LinkedHashMap<String, Endpoint>();
        for (Endpoint endpoint : wanted) {
            left.put(called(endpoint), endpoint);
        }
        var packed = new TreeMap<String, List<Endpoint>>();
        for (EndpointSlice slice : current) {
            // Slices that the command line made (one per pod) are not continued.
            if (slice.policy().equals(policy) && isOurs(policy, slice.slice())) {
                var kept = new ArrayList<Endpoint>();
                for (Endpoint endpoint : slice.endpoints()) {
                    Endpoint now = left.remove(called(endpoint));
                    if (now != null && kept.size() < MOST) {
                        kept.add(now);
                    } else if (now != null) {
                        left.put(called(now), now);
                    }
                }
                packed.put(slice.slice(), kept);
            }
        }
        var rest = new ArrayList<>(left.values());
        for (List<Endpoint> slice : packed.values()) {
            fill(slice, rest);
        }
        for (int number = 0; !rest.isEmpty(); number++) {
            String name = stem(policy) + number;
            if (!packed.containsKey(name)) {
                var slice = new ArrayList<Endpoint>();
                fill(slice, rest);
                packed.put(name, slice);
            }
        }
        var slices = new TreeMap<String, EndpointSlice>();
        packed.forEach((name, endpoints) -> {
            if (!endpoints.isEmpty()) {
                slices.put(name, new EndpointSlice(policy, name, endpoints));
            }
        });
        return slices;
    }

    private static void fill(List<Endpoint> slice, List<Endpoint> rest) {
        int room = Math.min(MOST - slice.size(), rest.size());
        List<Endpoint> next = rest.subList(0, Math.max(0, room));
        slice.addAll(next);
        next.clear();
    }

    private static String called(Endpoint endpoint) {
        return endpoint.namespace() + "/" + endpoint.pod();
    }

    private static boolean isOurs(PolicyId policy, String slice) {
        String stem = stem(policy);
        return slice.startsWith(stem)
                && slice.length() > stem.length()
                && slice.substring(stem.length()).chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /**
     * The number follows the last dash, so slices of two policies never share a name unless the policies' names are
     * very long.
     */
    private static String stem(PolicyId policy) {
        String name = policy.name();
        return (name.length() <= LONGEST_STEM
                        ? name
                        : name.substring(0, LONGEST_STEM - 9) + "-" + Integer.toHexString(name.hashCode()))
                + "-";
    }
}
