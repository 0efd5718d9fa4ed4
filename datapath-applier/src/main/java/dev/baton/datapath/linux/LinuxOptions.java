package dev.baton.datapath.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where and how to program this node.
 *
 * @param parent interface under the tunnel; empty: the one of the default route
 * @param namespace network namespace (of {@code ip netns}) to program instead of this process's own: labs and tests
 * @param tunnelPrefix4 prefix length of the fleet's IPv4 tunnel subnet
 * @param tunnelPrefix6 prefix length of the fleet's IPv6 tunnel subnet
 */
public record LinuxOptions(Optional<String> parent, Optional<String> namespace, int tunnelPrefix4, int tunnelPrefix6) {
    /** The device's name, VXLAN id and port are EgressGateway's, so that its users find what they know. */
    public static final String DEVICE = "egress.vxlan";

    static final int VNI = 100;
    static final int PORT = 7789;

    /** What the kernel takes as an interface name, less everything that a tool could read as syntax. */
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

    /** EgressGateway's subnets, 172.31.0.0/16 and fd11::/112. */
    public static final LinuxOptions DEFAULT = new LinuxOptions(Optional.empty(), Optional.empty(), 16, 112);

    public LinuxOptions {
        parent.ifPresent(LinuxOptions::requireInterface);
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

    static String requireInterface(String name) {
        if (!INTERFACE.matcher(name).matches()) {
            throw new IllegalArgumentException("interface: \"" + name
                    + "\" is not an interface name; allowed are letters, digits, '_', '.', '-', at most 15");
        }
        return name;
    }

    /** The command line that runs a tool where this datapath lives. */
    List<String> command(String... tool) {
        var command = new ArrayList<String>();
        namespace.ifPresent(name -> command.addAll(List.of("ip", "netns", "exec", name)));
        command.addAll(List.of(tool));
        return command;
    }
}
