package dev.baton.launcher.lab;

import dev.baton.contract.MacAddress;
import dev.baton.contract.NodeId;
import java.util.List;

/**
 * The lab's network. A segment 10.6.0.0/24, fd06::/64 with three nodes and the external server; pods 10.244.N.0/24,
 * fd44:N::/64 behind each node; and a management network 10.99.0.0/24 to Kafka, so that a node can be cut from Kafka
 * alone. Each node masquerades its pods as a CNI does: a gap in the datapath shows as a wrong source, not only as a
 * loss.
 */
public final class Network {
    public static final String SERVER4 = "10.6.0.100";
    public static final String SERVER6 = "fd06::100";
    /** Kafka's address on the management network. */
    static final String KAFKA = "10.99.0.100";

    /** Holds both bridges, broker and coordinator. */
    static final String SWITCH = "switch";

    static final String SERVER = "server";
    static final String SEGMENT = "segment";
    static final int NODES = 3;

    private final Namespaces namespaces;

    private Network(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    static Network make(Namespaces namespaces) {
        var network = new Network(namespaces);
        network.bridges();
        network.server();
        for (int n = 1; n <= NODES; n++) {
            network.plugNode(n);
            network.plugPod(n);
        }
        return network;
    }

    static NodeId node(int n) {
        return new NodeId("node" + n);
    }

    static List<NodeId> nodes() {
        return List.of(node(1), node(2), node(3));
    }

    static String pod(NodeId node) {
        return "pod" + number(node);
    }

    /** The source MAC address of this node's frames on the segment. */
    static MacAddress mac(NodeId node) {
        return new MacAddress("02:00:0a:06:00:0" + number(node));
    }

    private static int number(NodeId node) {
        return node.value().charAt(node.value().length() - 1) - '0';
    }

    private void bridges() {
        namespaces.add(SWITCH);
        // A bridge without an address of its own takes the lowest one of its ports, and changes it when that port
        // goes away.
        namespaces.ip(
                SWITCH,
                "link add " + SEGMENT + " address 02:00:00:00:00:fe type bridge",
                "link add management address 02:00:00:00:00:fd type bridge",
                "link set " + SEGMENT + " up",
                "link set management up",
                "addr add " + KAFKA + "/24 dev management");
    }

    private void server() {
        plug(SERVER, SEGMENT, "eth0", SERVER);
        // Untranslated packets have sources to which the server has no route; it must accept and see them all the
        // same.
        namespaces.in(
                SERVER,
                "sysctl",
                "-qw",
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.eth0.rp_filter=0",
                "net.ipv6.conf.all.accept_dad=0");
        namespaces.ip(
                SERVER,
                "link set eth0 up",
                "addr add " + SERVER4 + "/24 dev eth0",
                "addr add " + SERVER6 + "/64 dev eth0 nodad");
    }

    /** Creates a namespace with an interface on a bridge. */
    private void plug(String name, String bridge, String device, String port) {
        namespaces.add(name);
        connect(name, bridge, device, port);
    }

    private void connect(String name, String bridge, String device, String port) {
        pair(name, device, SWITCH, port);
        namespaces.ip(SWITCH, "link set " + port + " master " + bridge + " up");
    }

    private void pair(String name, String device, String peer, String peerDevice) {
        // Created inside their namespaces, so that the root namespace never has them.
        Namespaces.run(
                "",
                "ip",
                "link",
                "add",
                device,
                "netns",
                namespaces.full(name),
                "type",
                "veth",
                "peer",
                "name",
                peerDevice,
                "netns",
                namespaces.full(peer));
    }

    private void plugNode(int n) {
        NodeId node = node(n);
        String name = node.value();
        plug(name, SEGMENT, "eth0", name);
        connect(name, "management", "mgmt0", "kafka-" + name);
        namespaces.in(
                name,
                "sysctl",
                "-qw",
                "net.ipv4.ip_forward=1",
                "net.ipv6.conf.all.forwarding=1",
                "net.ipv4.conf.all.rp_filter=1",
                "net.ipv4.conf.default.rp_filter=1",
                "net.ipv4.conf.eth0.rp_filter=1",
                "net.ipv6.conf.all.accept_dad=0",
                "net.ipv6.conf.default.accept_dad=0",
                "net.ipv6.conf.eth0.accept_dad=0");
        namespaces.ip(
                name,
                "link set eth0 address " + mac(node),
                "link set eth0 up",
                "link set mgmt0 up",
                "addr add 10.6.0." + n + "/24 dev eth0",
                "addr add fd06::" + n + "/64 dev eth0 nodad",
                "addr add 10.99.0." + n + "/24 dev mgmt0",
                "route add default via " + SERVER4,
                "route add ::/0 via " + SERVER6);
        for (int other = 1; other <= NODES; other++) {
            if (other != n) {
                namespaces.ip(
                        name,
                        "route add 10.244." + other + ".0/24 via 10.6.0." + other,
                        "route add fd44:" + other + "::/64 via fd06::" + other);
            }
        }
        masquerade(name, "iptables", "10.244." + n + ".0/24", "10.244.0.0/16");
        masquerade(name, "ip6tables", "fd44:" + n + "::/64", "fd44::/16");
    }

    private void masquerade(String name, String tool, String pods, String cluster) {
        namespaces.in(
                name, tool, "-w", "-t", "nat", "-A", "POSTROUTING", "-s", pods, "!", "-d", cluster, "-j", "MASQUERADE");
    }

    private void plugPod(int n) {
        String name = node(n).value();
        String pod = pod(node(n));
        namespaces.add(pod);
        pair(pod, "eth0", name, "veth-pod");
        namespaces.in(
                pod, "sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0", "net.ipv4.ip_local_port_range=2048 65000");
        namespaces.ip(
                name,
                "addr add 10.244." + n + ".1/24 dev veth-pod",
                "addr add fd44:" + n + "::1/64 dev veth-pod nodad",
                "link set veth-pod up");
        namespaces.ip(
                pod,
                "link set eth0 up",
                "addr add 10.244." + n + ".10/24 dev eth0",
                "addr add fd44:" + n + "::10/64 dev eth0 nodad",
                "route add default via 10.244." + n + ".1",
                "route add ::/0 via fd44:" + n + "::1");
    }

    /** Sets the node's link to Kafka up or down; its data network stays up. */
    void kafkaLink(NodeId node, boolean up) {
        namespaces.ip(SWITCH, "link set kafka-" + node + " " + (up ? "up" : "down"));
    }

    /** Sets the node's link to the segment up or down. */
    void segmentLink(NodeId node, boolean up) {
        namespaces.ip(SWITCH, "link set " + node + " " + (up ? "up" : "down"));
    }

    /** Clears connection tracking: connections from before the policy would keep their old source. */
    void forgetConnections() {
        nodes().forEach(node -> namespaces.in(node.value(), "conntrack", "-F"));
    }

    void deleteTunnel(NodeId node) {
        namespaces.ip(node.value(), "link del egress.vxlan");
    }

    /** Whether the node's table has its rules. */
    boolean hasTables(NodeId node) {
        return namespaces
                .in(node.value(), "nft", "list", "ruleset", "inet")
                .contains("jump EGRESSGATEWAY-MARK-REQUEST");
    }

    void deleteTables(NodeId node) {
        namespaces.in(node.value(), "nft", "delete", "table", "inet", "baton");
    }

    void flushTables(NodeId node) {
        namespaces.in(node.value(), "nft", "flush", "table", "inet", "baton");
    }
}
