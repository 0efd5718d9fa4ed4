package dev.baton.datapath.linux;

import dev.baton.datapath.linux.fence.FenceForm;
import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.route.NamedInterfaces;
import dev.baton.datapath.linux.route.Parent;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where and how to program this node.
 *
 * @param parent interface under the tunnel; empty: the interface of the default route
 * @param namespace network namespace (of {@code ip netns}) to program instead of this process's own: labs and tests
 * @param fence its form; empty: the better one of those that the kernel takes
 * @param traffic what marks and translates packets
 * @param interfaces on which EIPs are to live instead of where their networks are
 * @param newPodsWait how long a pod may be kept from the outside until it is said whether a policy selects it; zero:
 *     not at all
 */
public record LinuxOptions(
        Optional<String> parent,
        Optional<String> namespace,
        Optional<FenceForm> fence,
        TrafficForm traffic,
        NamedInterfaces interfaces,
        Duration newPodsWait) {
    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

    /** Of a node whose EIPs live where their networks are, and whose new pods wait for 5 s at most. */
    public LinuxOptions(
            Optional<String> parent, Optional<String> namespace, Optional<FenceForm> fence, TrafficForm traffic) {
        this(parent, namespace, fence, traffic, NamedInterfaces.NONE, Duration.ofSeconds(5));
    }

    public LinuxOptions {
        parent.ifPresent(Parent::requireName);
        namespace.ifPresent(name -> {
            if (!NAMESPACE.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "namespace: \"" + name + "\" is not the name of a network namespace");
            }
        });
    }
}
