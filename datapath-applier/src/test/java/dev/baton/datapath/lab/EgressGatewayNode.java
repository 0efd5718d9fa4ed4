package dev.baton.datapath.lab;

import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import java.util.ArrayList;
import java.util.List;

/**
 * What EgressGateway's agent (0.6) leaves in the kernel of a lab's node, IPv4 only: its VXLAN device, routing rules and
 * routes, sets, and chains. They stay when it ends. While it runs it answers ARP for the EIP, which no interface has.
 */
public final class EgressGatewayNode {
    private static final String BASE = "0x26000000";
    private static final String ANY_OF_BASE = BASE + "/0xff000000";
    private static final String COMMENT = "egw:";

    private final Lab lab;
    private final int n;
    private final int nodes;
    private final int holder;

    /** @param holder the node that has {@link TestFleet#EIP4}, for the pods of all nodes */
    public EgressGatewayNode(Lab lab, int n, int nodes, int holder) {
        this.lab = lab;
        this.n = n;
        this.nodes = nodes;
        this.holder = holder;
    }

    public void start() {
        device();
        for (int peer = 1; peer <= nodes; peer++) {
            if (peer != n) {
                peer(peer);
            }
        }
        sets();
        restore("mangle", mangle());
        restore("nat", nat());
        restore("filter", filter());
        if (n == holder) {
            sh(
                    "ip route add " + TestFleet.EIP4 + " dev egress.vxlan",
                    "ip neigh add proxy " + TestFleet.EIP4 + " dev eth0");
        }
    }

    /** Its agent ends: nobody answers for the EIP any more, and all else stays. */
    public void stop() {
        if (n == holder) {
            sh(
                    "ip neigh del proxy " + TestFleet.EIP4 + " dev eth0",
                    "ip route del " + TestFleet.EIP4 + " dev egress.vxlan");
        }
    }

    private static String mark(int node) {
        return new Mark(Mark.BASE + node).toString();
    }

    private static MacAddress mac(int node) {
        return MacAddress.ofNode(TestFleet.node(node));
    }

    private void device() {
        sh(
                "ip link show egress.vxlan || ip link add egress.vxlan address " + mac(n)
                        + " type vxlan id 100 local 10.6.0." + n + " dev eth0 dstport 7789 nolearning",
                "ip addr replace 172.31.0." + n + "/16 dev egress.vxlan",
                "ip addr replace fd11::" + n + "/112 dev egress.vxlan nodad",
                "ip link set egress.vxlan up",
                "sysctl -qw net.ipv4.conf.egress/vxlan.rp_filter=2");
    }

    private void peer(int peer) {
        String table = Integer.toString(Mark.BASE + peer);
        sh(
                "ip neigh replace 172.31.0." + peer + " lladdr " + mac(peer) + " dev egress.vxlan nud permanent",
                "bridge fdb replace " + mac(peer) + " dst 10.6.0." + peer + " dev egress.vxlan self permanent",
                "ip rule | grep -q 'lookup " + table + "' || ip rule add prio 99 fwmark " + mark(peer) + " lookup "
                        + table,
                "ip route replace default via 172.31.0." + peer + " dev egress.vxlan table " + table);
    }

    private void sets() {
        sh(
                "ipset create -exist egress-src-v4-a1b2c3d4e5f607182 hash:net",
                "ipset create egress-cluster-cidr-ipv4 hash:net");
        for (int pod = 1; pod <= nodes; pod++) {
            if (n == holder || pod == n) {
                sh("ipset add -exist egress-src-v4-a1b2c3d4e5f607182 10.244." + pod + ".10");
            }
        }
        sh("ipset add egress-cluster-cidr-ipv4 10.244.0.0/16");
    }

    private static final String SELECTED =
            " -m set --match-set egress-src-v4-a1b2c3d4e5f607182 src -m set ! --match-set egress-cluster-cidr-ipv4 dst"
                    + " -m conntrack --ctdir ORIGINAL";

    private List<String> mangle() {
        var rules = new ArrayList<>(List.of(
                ":EGRESSGATEWAY-MARK-REQUEST - [0:0]",
                ":EGRESSGATEWAY-REPLY-ROUTING - [0:0]",
                rule("PREROUTING", "", "EGRESSGATEWAY-MARK-REQUEST", "jumpToMarkReqst1"),
                rule("PREROUTING", " -m mark --mark " + ANY_OF_BASE, "ACCEPT", "acceptDatapath01"),
                rule(
                        "FORWARD",
                        " -m mark --mark " + ANY_OF_BASE,
                        "MARK --set-xmark " + BASE + "/0xffffffff",
                        "setBaseForward01"),
                rule("POSTROUTING", " -m mark --mark " + BASE, "ACCEPT", "acceptPostrout01")));
        if (n == holder) {
            rules.add(rule("PREROUTING", "", "EGRESSGATEWAY-REPLY-ROUTING", "jumpToReplyRout1"));
            rules.add(rule("PREROUTING", " -m mark --mark " + ANY_OF_BASE, "ACCEPT", "acceptDatapath02"));
            for (int peer = 1; peer <= nodes; peer++) {
                if (peer != n) {
                    String from = " -i egress.vxlan -m mac --mac-source " + mac(peer);
                    rules.add(rule(
                            "EGRESSGATEWAY-REPLY-ROUTING",
                            from + " -m conntrack --ctdir ORIGINAL",
                            "MARK --set-xmark " + mark(peer) + "/0xffffffff",
                            "markFromTunnel0" + peer));
                    rules.add(rule(
                            "EGRESSGATEWAY-REPLY-ROUTING",
                            " -m mark --mark " + mark(peer),
                            "CONNMARK --save-mark",
                            "saveConnection0" + peer));
                    rules.add(rule(
                            "EGRESSGATEWAY-REPLY-ROUTING",
                            from,
                            "MARK --set-xmark " + BASE + "/0xffffffff",
                            "clearInnerMark0" + peer));
                }
            }
            rules.add(rule(
                    "EGRESSGATEWAY-REPLY-ROUTING",
                    " -m conntrack --ctdir REPLY",
                    "CONNMARK --restore-mark",
                    "restoreTheMark01"));
        } else {
            rules.add(rule(
                    "EGRESSGATEWAY-MARK-REQUEST",
                    SELECTED,
                    "MARK --set-xmark " + mark(holder) + "/0xffffffff",
                    "markTheRequest01"));
        }
        return rules;
    }

    private List<String> nat() {
        var rules = new ArrayList<>(List.of(
                ":EGRESSGATEWAY-SNAT-EIP - [0:0]",
                rule("PREROUTING", " -m mark --mark " + ANY_OF_BASE, "ACCEPT", "acceptDatapath03"),
                first("POSTROUTING", " -m mark --mark " + BASE, "ACCEPT", "acceptPostrout02"),
                first("POSTROUTING", "", "EGRESSGATEWAY-SNAT-EIP", "jumpToSnatEip001")));
        if (n == holder) {
            rules.add(
                    rule("EGRESSGATEWAY-SNAT-EIP", SELECTED, "SNAT --to-source " + TestFleet.EIP4, "snatThePolicy001"));
        }
        return rules;
    }

    private static List<String> filter() {
        return List.of(
                rule("FORWARD", " -m mark --mark " + BASE, "ACCEPT", "acceptForward001"),
                rule("OUTPUT", " -m mark --mark " + BASE, "ACCEPT", "acceptOutput0001"));
    }

    private static String rule(String chain, String match, String target, String hash) {
        return "-A " + chain + match + " -m comment --comment \"" + COMMENT + hash + "\" -j " + target;
    }

    private static String first(String chain, String match, String target, String hash) {
        return "-I" + rule(chain, match, target, hash).substring(2);
    }

    private void restore(String table, List<String> lines) {
        sh("printf '%s\\n' '*" + table + "' '" + String.join("' '", lines) + "' COMMIT | iptables-restore --noflush");
    }

    private void sh(String... commands) {
        for (String command : commands) {
            lab.in("n" + n, "sh", "-ec", command);
        }
    }
}
