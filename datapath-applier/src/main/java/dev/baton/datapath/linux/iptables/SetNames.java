package dev.baton.datapath.linux.iptables;

import dev.baton.contract.IpFamily;
import dev.baton.contract.PolicyId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What sets are called: EgressGateway's names, which its users look for. */
final class SetNames {
    /** Is there as long as chains and sets of Baton's may be: EgressGateway's own have the same names as these. */
    static final String OURS = "baton-iptables";

    static final String SWAP_V4 = "baton-swap-v4";
    static final String SWAP_V6 = "baton-swap-v6";

    private static final Pattern OF_POLICIES =
            Pattern.compile("egress-(src|dst)-v[46]-[0-9a-f]{17}|egress-cluster-cidr-ipv[46]");

    /** ipset takes no longer names. */
    private static final int LONGEST = 31;

    private SetNames() {}

    /** Whether a set is one of a policy's, of this program or of EgressGateway. */
    static boolean isOfPolicies(String name) {
        return OF_POLICIES.matcher(name).matches();
    }

    /** As the comments of its rules name it, and, if no other policy is named so, its sets. */
    static String key(PolicyId policy) {
        return policy.toString().replace('/', '-');
    }

    /**
     * The part of the sets' names that tells policies apart. {@code a-b/c} and {@code a/b-c} have the same key, and
     * must not share a set: policies whose key is not theirs alone are told apart by their whole ids.
     */
    static Map<PolicyId, String> of(Collection<PolicyId> policies) {
        var users = policies.stream().collect(Collectors.groupingBy(SetNames::key, Collectors.counting()));
        var names = new HashMap<PolicyId, String>();
        policies.forEach(policy ->
                names.put(policy, hash(users.getOrDefault(key(policy), 0L) > 1 ? "baton:" + policy : key(policy))));
        return names;
    }

    static String sources(IpFamily family, String name) {
        return limited("egress-src-" + version(family) + "-" + name);
    }

    static String destinations(IpFamily family, String name) {
        return limited("egress-dst-" + version(family) + "-" + name);
    }

    static String cluster(IpFamily family) {
        return "egress-cluster-cidr-ip" + version(family);
    }

    /** In which new contents are put together before they take another set's place. */
    static String swap(IpFamily family) {
        return family == IpFamily.V4 ? SWAP_V4 : SWAP_V6;
    }

    private static String version(IpFamily family) {
        return family == IpFamily.V4 ? "v4" : "v6";
    }

    private static String limited(String name) {
        return name.substring(0, LONGEST);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
