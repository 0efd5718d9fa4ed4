package dev.baton.datapath.linux;

import static dev.baton.datapath.linux.LinuxOptions.DEVICE;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Tunnel;
import dev.baton.datapath.DatapathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The VXLAN device and what it knows of the other nodes: permanent entries, nothing learned. */
final class TunnelDevice {
    private final LinuxOptions options;
    private final OneShot tools;
    private SortedMap<NodeId, Tunnel> known = new TreeMap<>();
    private Optional<Tunnel> ensured = Optional.empty();

    TunnelDevice(LinuxOptions options, OneShot tools) {
        this.options = options;
        this.tools = tools;
    }

    /**
     * Makes the device if it is missing or not as it should be. Looks only once, until {@link #forget}: a move has no
     * time for it.
     *
     * @return whether it was made
     */
    boolean ensure(Tunnel own, Parent parent) throws DatapathException {
        if (ensured.equals(Optional.of(own))) {
            return false;
        }
        if (stands(own, parent)) {
            ensured = Optional.of(own);
            return false;
        }
        known = new TreeMap<>();
        var lines = new ArrayList<String>();
        if (tools.run("", "ip", "link", "show", "dev", DEVICE).succeeded()) {
            lines.add("link del " + DEVICE);
        }
        lines.add("link add " + DEVICE + " address " + own.mac() + " type vxlan id " + LinuxOptions.VNI + " local "
                + underlay(parent.shape()) + " dev " + parent.name() + " dstport " + LinuxOptions.PORT + " nolearning");
        lines.add("addr add " + own.ipv4() + "/" + options.tunnelPrefix4() + " dev " + DEVICE);
        if (parent.ipv6Enabled()) {
            lines.add("addr add " + own.ipv6() + "/" + options.tunnelPrefix6() + " dev " + DEVICE + " nodad");
        }
        lines.add("link set " + DEVICE + " up");
        tools.require(DatapathFault.TUNNEL_DEVICE, String.join("\n", lines) + "\n", "ip", "-batch", "-");
        ensureSysctl();
        ensured = Optional.of(own);
        return true;
    }

    /**
     * Replies come from addresses that this node routes elsewhere; a new device begins with the default again. Of a
     * device that is not there nothing is asked: that it is gone is found by others.
     */
    boolean ensureSysctl() throws DatapathException {
        var known = tools.run("", "sysctl", "-n", "net.ipv4.conf." + DEVICE.replace('.', '/') + ".rp_filter");
        return known.succeeded()
                && !known.output().strip().equals(ReversePath.LOOSE)
                && ReversePath.loosen(options.namespace(), DEVICE);
    }

    boolean stands(Tunnel own, Parent parent) throws DatapathException {
        var link = tools.run("", "ip", "-o", "-d", "link", "show", "dev", DEVICE);
        String text = link.output().toLowerCase(Locale.ROOT);
        if (!link.succeeded() || !Parent.flags(link.output()).contains("UP")) {
            return false;
        }
        boolean shape = text.contains("link/ether " + own.mac() + " ")
                && text.contains("vxlan id " + LinuxOptions.VNI + " ")
                && text.contains(" local " + underlay(parent.shape()) + " ")
                && text.contains(" dev " + parent.name().toLowerCase(Locale.ROOT) + " ")
                && text.contains(" dstport " + LinuxOptions.PORT + " ")
                && text.contains(" nolearning ");
        String addresses =
                tools.run("", "ip", "-o", "addr", "show", "dev", DEVICE).output();
        return shape
                && addresses.contains(" " + own.ipv4() + "/" + options.tunnelPrefix4() + " ")
                && (!parent.ipv6Enabled()
                        || addresses.contains(" " + own.ipv6() + "/" + options.tunnelPrefix6() + " "));
    }

    /** Whether the device has its address. Not asked by name: a running ip may know the name of one that is gone. */
    static boolean exists(ToolChild ip, Tunnel own) throws DatapathException {
        return ip.run(List.of("addr show to " + own.ipv4())).lines().stream()
                .anyMatch(line -> line.contains(" " + DEVICE + " "));
    }

    /** Brings neighbours and forwarding entries to these peers. Replacing an entry by itself loses no packet. */
    void peers(SortedMap<NodeId, Tunnel> peers, Parent parent) throws DatapathException {
        if (known.equals(peers)) {
            return;
        }
        var neighbours = new ArrayList<String>();
        var forwarding = new ArrayList<String>();
        known.forEach((node, tunnel) -> {
            if (!peers.containsKey(node)) {
                neighbours.add("neigh del " + tunnel.ipv4() + " dev " + DEVICE);
                neighbours.add("neigh del " + tunnel.ipv6() + " dev " + DEVICE);
                forwarding.add("fdb del " + tunnel.mac() + " dev " + DEVICE + " self");
            }
        });
        peers.forEach((node, tunnel) -> {
            if (isReachedAlike(tunnel, Optional.ofNullable(known.get(node)))) {
                return;
            }
            String entry = " lladdr " + tunnel.mac() + " dev " + DEVICE + " nud permanent";
            neighbours.add("neigh replace " + tunnel.ipv4() + entry);
            if (parent.ipv6Enabled()) {
                neighbours.add("neigh replace " + tunnel.ipv6() + entry);
            }
            far(tunnel, parent)
                    .ifPresent(address -> forwarding.add(
                            "fdb replace " + tunnel.mac() + " dev " + DEVICE + " dst " + address + " self permanent"));
        });
        var failed = new ArrayList<String>();
        run(neighbours, failed, "ip", "-force", "-batch", "-");
        run(forwarding, failed, "bridge", "-force", "-batch", "-");
        known = new TreeMap<>(peers);
        // What was to be deleted may be gone already; what was to be made must be there.
        if (!missing(peers, parent).isEmpty()) {
            known = new TreeMap<>();
            throw new DatapathException(DatapathFault.TUNNEL_DEVICE, "entries of peers: " + failed);
        }
    }

    /** Phase and incarnation change often, and change nothing of how a peer is reached. */
    private static boolean isReachedAlike(Tunnel tunnel, Optional<Tunnel> before) {
        return before.filter(known -> known.mac().equals(tunnel.mac())
                        && known.ipv4().equals(tunnel.ipv4())
                        && known.ipv6().equals(tunnel.ipv6())
                        && known.parent().equals(tunnel.parent()))
                .isPresent();
    }

    /** Peers whose entries are not in the kernel. */
    List<NodeId> missing(SortedMap<NodeId, Tunnel> peers, Parent parent) throws DatapathException {
        String neighbours = tools.run("", "ip", "neigh", "show", "dev", DEVICE, "nud", "permanent")
                .output();
        String forwarding =
                tools.run("", "bridge", "fdb", "show", "dev", DEVICE).output();
        return peers.values().stream()
                .filter(tunnel -> neighbours
                                .lines()
                                .noneMatch(line ->
                                        line.startsWith(tunnel.ipv4() + " ") && line.contains(" " + tunnel.mac() + " "))
                        || far(tunnel, parent)
                                .map(address -> forwarding
                                        .lines()
                                        .noneMatch(line -> line.startsWith(tunnel.mac() + " ")
                                                && line.contains(" " + address + " ")))
                                .orElse(false))
                .map(Tunnel::node)
                .toList();
    }

    /** Something is not as it was left: the next change looks at everything anew. */
    void forget() {
        known = new TreeMap<>();
        ensured = Optional.empty();
    }

    private void run(List<String> lines, List<String> failed, String... tool) throws DatapathException {
        if (!lines.isEmpty()) {
            var answer = tools.run(String.join("\n", lines) + "\n", tool);
            if (!answer.succeeded()) {
                failed.add(answer.said());
            }
        }
    }

    /** The tunnel runs over IPv4 where the node has it, as EgressGateway's does. */
    private static IpAddress underlay(ParentInterface parent) {
        return parent.ipv4().or(parent::ipv6).orElseThrow();
    }

    private static Optional<IpAddress> far(Tunnel tunnel, Parent parent) {
        return tunnel.parent().flatMap(far -> parent.shape().ipv4().isPresent() ? far.ipv4() : far.ipv6());
    }
}
