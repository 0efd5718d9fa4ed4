package dev.baton.datapath.linux;

import dev.baton.datapath.linux.route.Parent;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where and how to program this node.
 *
 * @param parent interface under the tunnel; empty: the interface of the default route
 * @param namespace network namespace (of {@code ip netns}) to program instead of this process's own: labs and tests
 * @param tunnelPrefix4 prefix length of the fleet's IPv4 tunnel subnet
 * @param tunnelPrefix6 prefix length of the fleet's IPv6 tunnel subnet
 */
public record LinuxOptions(Optional<String> parent, Optional<String> namespace, int tunnelPrefix4, int tunnelPrefix6) {
    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

    /** EgressGateway's subnets, 172.31.0.0/16 and fd11::/112. */
    public static final LinuxOptions DEFAULT = new LinuxOptions(Optional.empty(), Optional.empty(), 16, 112);

    public LinuxOptions {
        parent.ifPresent(Parent::requireName);
        namespace.ifPresent(name -> {
            if (!NAMESPACE.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "namespace: \"" + name + "\" is not the name of a network namespace");
            }
        });
        if (tunnelPrefix4 < 1 || tunnelPrefix4 > 30 || tunnelPrefix6 < 1 || tunnelPrefix6 > 126) {
            throw new IllegalArgumentException(
                    "tunnel prefix lengths " + tunnelPrefix4 + ", " + tunnelPrefix6 + " are not within 1..30, 1..126");
        }
    }

    public static LinuxOptions inNamespace(String namespace) {
        return new LinuxOptions(Optional.empty(), Optional.of(namespace), DEFAULT.tunnelPrefix4, DEFAULT.tunnelPrefix6);
    }
}
