package dev.baton.e2e.cluster;

import dev.baton.e2e.cluster.EgressGatewayStandIn.Placed;
import dev.baton.e2e.cluster.EgressGatewayStandIn.Policy;
import dev.baton.e2e.cluster.EgressGatewayStandIn.Tunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/**
 * What EgressGateway's agent (0.6) makes on a node, IPv4 only: the tunnel's device, routing rules and routes, sets, and
 * chains. As that one does, it keeps a device that is right, takes away routing rules whose marks it does not know, and
 * replaces rules that have its comments.
 *
 * @param pods the node of each pod, by its address and the value of its label {@code app}
 */
record EgressGatewayRules(
        String node, SortedMap<String, Tunnel> tunnels, List<Placed> eips, SortedMap<String, String> pods) {
    private static final String BASE = "0x26000000";
    private static final String ANY_OF_BASE = BASE + "/0xff000000";
    private static final String ACCEPT_ANY = "-m mark --mark " + ANY_OF_BASE + " -j ACCEPT";
    private static final String ACCEPT_BASE = "-m mark --mark " + BASE + " -j ACCEPT";
    private static final String MARK_REQUEST = "EGRESSGATEWAY-MARK-REQUEST";
    private static final String REPLY_ROUTING = "EGRESSGATEWAY-REPLY-ROUTING";
    private static final String SNAT_EIP = "EGRESSGATEWAY-SNAT-EIP";

    String script() {
        var script = new ArrayList<>(List.of("set -e"));
        device(script);
        sets(script);
        restore(script, "mangle", mangle());
        restore(script, "nat", nat());
        restore(script, "filter", List.of(first("FORWARD", 1, ACCEPT_BASE), first("OUTPUT", 1, ACCEPT_BASE)));
        return String.join("\n", script);
    }

    private static String address(String node) {
        return "10.89.0." + (10 + EgressSetup.number(node));
    }

    private Tunnel tunnel(String node) {
        return Objects.requireNonNull(tunnels.get(node), node);
    }

    private List<String> peers() {
        return tunnels.keySet().stream().filter(peer -> !peer.equals(node)).toList();
    }

    private void device(List<String> script) {
        script.add("ip link show egress.vxlan >/dev/null 2>&1 || ip link add egress.vxlan address "
                + tunnel(node).mac() + " type vxlan id 100 local " + address(node)
                + " dev eth0 dstport 7789 nolearning");
        script.add("ip addr replace " + tunnel(node).ipv4() + "/16 dev egress.vxlan");
        script.add("ip link set egress.vxlan up");
        script.add("sysctl -qw net.ipv4.conf.egress/vxlan.rp_filter=2");
        script.add("ip rule | sed -n 's/^[0-9]*:\\(.*fwmark 0x26.*\\)/\\1/p' |"
                + " while read -r rule; do ip rule del $rule; done");
        for (String peer : peers()) {
            Tunnel tunnel = tunnel(peer);
            String table = Integer.toString(Integer.decode(tunnel.mark()));
            script.add("ip neigh replace " + tunnel.ipv4() + " lladdr " + tunnel.mac()
                    + " dev egress.vxlan nud permanent");
            script.add("bridge fdb replace " + tunnel.mac() + " dst " + address(peer)
                    + " dev egress.vxlan self permanent");
            script.add("ip rule add prio 99 fwmark " + tunnel.mark() + " lookup " + table);
            script.add("ip route replace default via " + tunnel.ipv4() + " dev egress.vxlan table " + table);
        }
    }

    private static String set(String what, Policy policy) {
        return "egress-" + what + "-v4-$(printf %s " + policy.key() + " | sha1sum | cut -c1-17)";
    }

    private void sets(List<String> script) {
        for (Placed placed : eips) {
            String sources = set("src", placed.policy());
            String destinations = set("dst", placed.policy());
            script.add("ipset create -exist " + sources + " hash:net");
            script.add("ipset create -exist " + destinations + " hash:net");
            script.add("ipset add -exist " + destinations + " " + Cluster.SERVER);
            pods.forEach((pod, at) -> {
                boolean selected = pod.endsWith("/" + placed.policy().app());
                if (selected && (at.equals(node) || placed.node().equals(node))) {
                    script.add("ipset add -exist " + sources + " " + pod.substring(0, pod.indexOf('/')));
                }
            });
        }
    }

    private static String selected(Policy policy) {
        return "-m set --match-set " + set("src", policy) + " src -m set --match-set " + set("dst", policy)
                + " dst -m conntrack --ctdir ORIGINAL";
    }

    private List<String> mangle() {
        var rules = new ArrayList<>(List.of(
                ":" + MARK_REQUEST + " - [0:0]",
                first("PREROUTING", 1, "-j " + MARK_REQUEST),
                first("PREROUTING", 2, ACCEPT_ANY),
                first("FORWARD", 1, "-m mark --mark " + ANY_OF_BASE + " -j MARK --set-xmark " + BASE + "/0xffffffff"),
                first("POSTROUTING", 1, ACCEPT_BASE)));
        for (Placed placed : eips) {
            if (!placed.node().equals(node)) {
                rules.add(rule(
                        MARK_REQUEST,
                        selected(placed.policy())
                                + marking(tunnel(placed.node()).mark())));
            }
        }
        if (EgressSetup.GATEWAY_NODES.contains(node)) {
            rules.add(":" + REPLY_ROUTING + " - [0:0]");
            rules.add(first("PREROUTING", 3, "-j " + REPLY_ROUTING));
            rules.add(first("PREROUTING", 4, ACCEPT_ANY));
            for (String peer : peers()) {
                String mark = tunnel(peer).mark();
                String from =
                        "-i egress.vxlan -m mac --mac-source " + tunnel(peer).mac();
                rules.add(rule(REPLY_ROUTING, from + " -m conntrack --ctdir ORIGINAL" + marking(mark)));
                rules.add(rule(REPLY_ROUTING, "-m mark --mark " + mark + " -j CONNMARK --save-mark"));
                rules.add(rule(REPLY_ROUTING, from + marking(BASE)));
            }
            rules.add(rule(REPLY_ROUTING, "-m conntrack --ctdir REPLY -j CONNMARK --restore-mark"));
        }
        return rules;
    }

    private static String marking(String mark) {
        return " -j MARK --set-xmark " + mark + "/0xffffffff";
    }

    private List<String> nat() {
        var rules = new ArrayList<>(List.of(
                ":" + SNAT_EIP + " - [0:0]",
                first("PREROUTING", 1, ACCEPT_ANY),
                first("POSTROUTING", 1, "-j " + SNAT_EIP),
                first("POSTROUTING", 2, ACCEPT_BASE)));
        for (Placed placed : eips) {
            if (placed.node().equals(node)) {
                rules.add(rule(SNAT_EIP, selected(placed.policy()) + " -j SNAT --to-source " + placed.eip()));
            }
        }
        return rules;
    }

    /** Its agent knows its rules by such comments. */
    private static String commented(String rule) {
        return " -m comment --comment egw:0123456789abcdef " + rule;
    }

    private static String rule(String chain, String rule) {
        return "-A " + chain + commented(rule);
    }

    private static String first(String chain, int number, String rule) {
        return "-I " + chain + " " + number + commented(rule);
    }

    private static void restore(List<String> script, String table, List<String> rules) {
        script.add("{ echo '*" + table + "'");
        script.add(
                "iptables-save -t " + table + " | grep 'egw:' | grep -v '^-A EGRESSGATEWAY' | sed 's/^-A/-D/' || true");
        rules.forEach(rule -> script.add("echo \"" + rule + "\""));
        script.add("echo COMMIT; } | iptables-restore --noflush");
    }
}
