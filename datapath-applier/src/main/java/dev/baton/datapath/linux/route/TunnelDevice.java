package dev.baton.datapath.linux.route;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Tunnel;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState.TunnelSubnets;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The VXLAN device, and its entries for the other nodes: permanent ones, since the device learns nothing. */
public final class TunnelDevice {
    /** The device's name, VXLAN id and port are EgressGateway's, so that its users find what they know. */
    public static final String NAME = "egress.vxlan";

    private static final int VNI = 100;
    private static final int PORT = 7789;

    private final Optional<String> namespace;
    private final RunTool tools;
    private SortedMap<NodeId, Tunnel> known = new TreeMap<>();
    private Optional<Made> ensured = Optional.empty();

    /** What the device was made for. */
    private record Made(Tunnel own, TunnelSubnets subnets) {}

    public TunnelDevice(Optional<String> namespace, RunTool tools) {
        this.namespace = namespace;
        this.tools = tools;
    }

    /**
     * Makes the device if it is missing or not as it should be. Looks at it only once until {@link #forget}: a move has
     * no time for more.
     *
     * @return whether the device was made
     */
    public boolean ensure(Tunnel own, TunnelSubnets subnets, Parent parent) throws DatapathException {
        var wanted = Optional.of(new Made(own, subnets));
        if (ensured.equals(wanted)) {
            return false;
        }
        if (stands(own, subnets, parent)) {
            ensured = wanted;
            return false;
        }
        if (lacksIpv6Alone(own, subnets, parent)) {
            tools.require(DatapathFault.TUNNEL_DEVICE, "", ("ip " + ipv6Of(own, subnets)).split(" "));
            ensured = wanted;
            return false;
        }
        known = new TreeMap<>();
        var lines = new ArrayList<String>();
        if (tools.run("", "ip", "link", "show", "dev", NAME).succeeded()) {
            lines.add("link del " + NAME);
        }
        lines.add("link add " + NAME + " address " + own.mac() + " type vxlan id " + VNI + " local "
                + underlay(parent.shape()) + " dev " + parent.name() + " dstport " + PORT + " nolearning");
        lines.add("addr add " + own.ipv4() + "/" + subnets.ipv4().prefix() + " dev " + NAME);
        if (parent.ipv6Enabled()) {
            lines.add(ipv6Of(own, subnets));
        }
        lines.add("link set " + NAME + " up");
        tools.require(DatapathFault.TUNNEL_DEVICE, String.join("\n", lines) + "\n", "ip", "-batch", "-");
        ensureSysctl();
        ensured = wanted;
        return true;
    }

    /**
     * Lets the device take replies, which come from addresses that this node routes elsewhere; a new device begins with
     * the default again. Does nothing if the device is missing, which another check finds.
     *
     * @return whether the setting had to be changed
     */
    public boolean ensureSysctl() throws DatapathException {
        var known = tools.run("", "sysctl", "-n", "net.ipv4.conf." + NAME.replace('.', '/') + ".rp_filter");
        return known.succeeded()
                && !known.output().strip().equals(ReversePath.LOOSE)
                && ReversePath.loosen(namespace, NAME);
    }

    /** Whether the device is there and as it should be. */
    public boolean stands(Tunnel own, TunnelSubnets subnets, Parent parent) throws DatapathException {
        var link = tools.run("", "ip", "-o", "-d", "link", "show", "dev", NAME);
        String text = link.output().toLowerCase(Locale.ROOT);
        if (!link.succeeded() || !Parent.flags(link.output()).contains("UP")) {
            return false;
        }
        String addresses =
                tools.run("", "ip", "-o", "addr", "show", "dev", NAME).output();
        return isShaped(text, own, parent)
                && hasIpv4(addresses, own, subnets)
                && (!parent.ipv6Enabled()
                        || addresses.contains(
                                " " + own.ipv6() + "/" + subnets.ipv6().prefix() + " "));
    }

    private static boolean isShaped(String text, Tunnel own, Parent parent) {
        return text.contains("link/ether " + own.mac() + " ")
                && text.contains("vxlan id " + VNI + " ")
                && text.contains(" local " + underlay(parent.shape()) + " ")
                && text.contains(" dev " + parent.name().toLowerCase(Locale.ROOT) + " ")
                && text.contains(" dstport " + PORT + " ")
                && text.contains(" nolearning ");
    }

    private static boolean hasIpv4(String addresses, Tunnel own, TunnelSubnets subnets) {
        return addresses.contains(" " + own.ipv4() + "/" + subnets.ipv4().prefix() + " ");
    }

    private static String ipv6Of(Tunnel own, TunnelSubnets subnets) {
        return "addr add " + own.ipv6() + "/" + subnets.ipv6().prefix() + " dev " + NAME + " nodad";
    }

    /**
     * Whether an EgressGateway without IPv6 made it. While a device is made anew its routes are gone, and packets that
     * EgressGateway's rules mark would leave with their pods' addresses.
     */
    private boolean lacksIpv6Alone(Tunnel own, TunnelSubnets subnets, Parent parent) throws DatapathException {
        var link = tools.run("", "ip", "-o", "-d", "link", "show", "dev", NAME);
        String addresses =
                tools.run("", "ip", "-o", "addr", "show", "dev", NAME).output();
        return link.succeeded()
                && Parent.flags(link.output()).contains("UP")
                && isShaped(link.output().toLowerCase(Locale.ROOT), own, parent)
                && hasIpv4(addresses, own, subnets)
                && addresses.lines().noneMatch(line -> line.contains(" inet6 ") && !line.contains(" scope link "));
    }

    /**
     * Whether the device is there with its address. Asked by address and not by name, because a running ip may remember
     * the name of a device that is gone.
     */
    public static boolean exists(ResidentTool ip, Tunnel own) throws DatapathException {
        return ip.run(List.of("addr show to " + own.ipv4())).lines().stream()
                .anyMatch(line -> line.contains(" " + NAME + " "));
    }

    /** Makes the neighbour and forwarding entries for these peers. Replacing an entry by itself loses no packet. */
    public void peers(SortedMap<NodeId, Tunnel> peers, Parent parent) throws DatapathException {
        if (known.equals(peers)) {
            return;
        }
        var neighbours = new ArrayList<String>();
        var forwarding = new ArrayList<String>();
        known.forEach((node, tunnel) -> {
            if (!peers.containsKey(node)) {
                neighbours.add("neigh del " + tunnel.ipv4() + " dev " + NAME);
                neighbours.add("neigh del " + tunnel.ipv6() + " dev " + NAME);
                forwarding.add("fdb del " + tunnel.mac() + " dev " + NAME + " self");
            }
        });
        peers.forEach((node, tunnel) -> {
            if (isReachedAlike(tunnel, Optional.ofNullable(known.get(node)))) {
                return;
            }
            String entry = " lladdr " + tunnel.mac() + " dev " + NAME + " nud permanent";
            neighbours.add("neigh replace " + tunnel.ipv4() + entry);
            if (parent.ipv6Enabled()) {
                neighbours.add("neigh replace " + tunnel.ipv6() + entry);
            }
            far(tunnel, parent)
                    .ifPresent(address -> forwarding.add(
                            "fdb replace " + tunnel.mac() + " dev " + NAME + " dst " + address + " self permanent"));
        });
        var failed = new ArrayList<String>();
        run(neighbours, failed, "ip", "-force", "-batch", "-");
        run(forwarding, failed, "bridge", "-force", "-batch", "-");
        known = new TreeMap<>(peers);
        // A failed deletion may be of an entry that is gone already; the entries to be made must be there.
        if (!missing(peers, parent).isEmpty()) {
            known = new TreeMap<>();
            throw new DatapathException(DatapathFault.TUNNEL_DEVICE, "entries of peers are missing: " + failed);
        }
    }

    /** A peer's phase and incarnation change often, and do not change how it is reached. */
    private static boolean isReachedAlike(Tunnel tunnel, Optional<Tunnel> before) {
        return before.filter(known -> known.mac().equals(tunnel.mac())
                        && known.ipv4().equals(tunnel.ipv4())
                        && known.ipv6().equals(tunnel.ipv6())
                        && known.parent().equals(tunnel.parent()))
                .isPresent();
    }

    /** Peers whose entries are not in the kernel. */
    public List<NodeId> missing(SortedMap<NodeId, Tunnel> peers, Parent parent) throws DatapathException {
        String neighbours = tools.run("", "ip", "neigh", "show", "dev", NAME, "nud", "permanent")
                .output();
        String forwarding = tools.run("", "bridge", "fdb", "show", "dev", NAME).output();
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

    /** Deletes the device if it is Baton's. */
    public void delete() throws DatapathException {
        var link = tools.run("", "ip", "-o", "-d", "link", "show", "dev", NAME);
        if (link.succeeded() && link.output().contains("vxlan id " + VNI + " ")) {
            tools.require(DatapathFault.TUNNEL_DEVICE, "", "ip", "link", "del", NAME);
        }
    }

    /** The next change looks at the device and at all entries again. */
    public void forget() {
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
