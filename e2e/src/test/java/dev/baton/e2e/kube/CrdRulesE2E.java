package dev.baton.e2e.kube;

import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the API server refuses by the schemas alone, without a webhook, and what kubectl prints then. */
@NeedsKube
class CrdRulesE2E {
    private static final String POOLS = "ippools: {ipv4: [10.6.1.0/24, 10.7.0.1-10.7.0.9], ipv4DefaultEIP: 10.6.1.7}";
    private static final String NODES = "nodeSelector: {selector: {matchLabels: {egress: 'true'}}}";
    private static final String PODS = "appliedTo: {podSelector: {matchLabels: {app: web}}}";

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("none");

    @BeforeAll
    static void start() {
        kube.apply(object("EgressGateway", "old", POOLS + ", " + NODES)).succeeded();
        for (String kind : List.of("EgressPolicy", "EgressClusterPolicy")) {
            kube.apply(object(kind, "old", "egressGatewayName: egw1, egressIP: {ipv4: 10.6.1.7}, " + PODS))
                    .succeeded();
            kube.apply(object(kind, "unnamed", PODS)).succeeded();
        }
    }

    private static String object(String kind, String name, String spec) {
        return "{apiVersion: egressgateway.spidernet.io/v1beta1, kind: " + kind + ", metadata: {name: " + name
                + "}, spec: {" + spec + "}}";
    }

    private static DynamicTest refused(String kind, String name, String spec, String... words) {
        return DynamicTest.dynamicTest(
                kind + " " + name + ": " + spec,
                () -> kube.apply(object(kind, name, spec), "--dry-run=server").refused(words));
    }

    private static DynamicTest taken(String kind, String name, String spec) {
        return DynamicTest.dynamicTest(
                kind + " " + name + ": " + spec,
                () -> kube.apply(object(kind, name, spec), "--dry-run=server").succeeded());
    }

    @TestFactory
    Stream<DynamicTest> ofGateways() {
        String gateway = "EgressGateway";
        String nothing = "spec.nodeSelector: Invalid value: \"object\": selector: selects nothing;"
                + " give at least one of matchLabels and matchExpressions";
        String outside = "is not an IPv4 address in the pool ipv4; leave it out to have one chosen";
        return Stream.of(
                refused(gateway, "new", POOLS, nothing),
                refused(gateway, "new", POOLS + ", nodeSelector: {}", nothing),
                refused(gateway, "new", POOLS + ", nodeSelector: {selector: {}}", nothing),
                refused(gateway, "new", POOLS + ", nodeSelector: {selector: {matchLabels: {}}}", nothing),
                refused(
                        gateway,
                        "new",
                        "nodeSelector: {selector: {matchExpressions: [{key: a, operator: Near}]}}",
                        "matchExpressions[0].operator: Unsupported value: \"Near\"",
                        "\"In\", \"NotIn\", \"Exists\", \"DoesNotExist\""),
                refused(
                        gateway,
                        "new",
                        "ippools: {ipv4: [10.6.1.1, 10.6.1.300, 'fd00::1', 10.6.1.1-, 10.6.1.0/33]}, " + NODES,
                        "\"new\" is invalid",
                        "spec.ippools.ipv4[1]: Invalid value: \"string\": \"10.6.1.300\" is not an IPv4 address,"
                                + " a range like 10.6.1.55-10.6.1.60, or a network like 10.6.1.0/24",
                        "ipv4[2]: Invalid value: \"string\": \"fd00::1\" is not",
                        "ipv4[3]: Invalid value: \"string\": \"10.6.1.1-\" is not",
                        "ipv4[4]: Invalid value: \"string\": \"10.6.1.0/33\" is not"),
                refused(
                        gateway,
                        "new",
                        "ippools: {ipv6: ['fd00::1', 10.6.1.1, 'fd00::1-fd00::2-fd00::3']}, " + NODES,
                        "spec.ippools.ipv6[1]: Invalid value: \"string\": \"10.6.1.1\" is not an IPv6 address",
                        "ipv6[2]: Invalid value"),
                refused(
                        gateway,
                        "new",
                        "ippools: {ipv4: [127.0.0.9, 0.0.0.0, 169.254.7.7, 224.0.0.5, 255.255.255.255, 240.0.0.0/24,"
                                + " 10.0.0.1-224.0.0.1]}, " + NODES,
                        "spec.ippools.ipv4[0]: Invalid value: \"string\": \"127.0.0.9\" cannot be an EIP",
                        "127.0.0.0/8 (loopback)",
                        "ipv4[1]: Invalid value: \"string\": \"0.0.0.0\" cannot be an EIP",
                        "ipv4[2]: Invalid value: \"string\": \"169.254.7.7\" cannot be an EIP",
                        "ipv4[3]: Invalid value: \"string\": \"224.0.0.5\" cannot be an EIP",
                        "ipv4[4]: Invalid value: \"string\": \"255.255.255.255\" cannot be an EIP",
                        "ipv4[5]: Invalid value: \"string\": \"240.0.0.0/24\" cannot be an EIP",
                        "ipv4[6]: Invalid value: \"string\": \"10.0.0.1-224.0.0.1\" cannot be an EIP"),
                refused(
                        gateway,
                        "new",
                        "ippools: {ipv6: ['::', '::1', 'ff02::1', 'fe80::7']}, " + NODES,
                        "spec.ippools.ipv6[0]: Invalid value: \"string\": \"::\" cannot be an EIP",
                        "ipv6[1]: Invalid value: \"string\": \"::1\" cannot be an EIP",
                        "ipv6[2]: Invalid value: \"string\": \"ff02::1\" cannot be an EIP",
                        "ipv6[3]: Invalid value: \"string\": \"fe80::7\" cannot be an EIP"),
                refused(
                        gateway,
                        "new",
                        "ippools: {ipv4: [10.6.1.0/24, 10.7.0.1], ipv4DefaultEIP: 10.6.2.1}, " + NODES,
                        "spec.ippools.ipv4DefaultEIP: Invalid value: \"object\": \"10.6.2.1\" " + outside),
                refused(
                        gateway,
                        "new",
                        "ippools: {ipv4: [10.7.0.1], ipv4DefaultEIP: 'fd00::1'}, " + NODES,
                        "\"fd00::1\" " + outside),
                refused(gateway, "new", "ippools: {ipv4DefaultEIP: 10.7.0.1}, " + NODES, "\"10.7.0.1\" " + outside),
                refused(
                        gateway,
                        "new",
                        "ippools: {ipv6: ['fd00::/120'], ipv6DefaultEIP: 'fd01::1'}, " + NODES,
                        "spec.ippools.ipv6DefaultEIP",
                        "\"fd01::1\" is not an IPv6 address in the pool ipv6"),
                refused(
                        gateway,
                        "old",
                        "ippools: {ipv4: [10.6.1.0/24], ipv4DefaultEIP: 10.6.1.7, ipv6: ['fd00::/120']}, " + NODES,
                        "The EgressGateway \"old\" is invalid",
                        "spec.ippools: Invalid value: \"object\": ipv6: was empty when the gateway was made and must"
                                + " stay"),
                taken(gateway, "old", "ippools: {ipv4: [10.6.1.7, 10.8.0.1], ipv4DefaultEIP: 10.6.1.7}, " + NODES),
                taken(gateway, "new", NODES),
                taken(
                        gateway,
                        "new",
                        POOLS + ", nodeSelector: {selector: {matchExpressions: [{key: a, operator: Exists}]}}"),
                taken(gateway, "new", "ippools: {ipv6: ['fd00:0::7'], ipv6DefaultEIP: 'fd00::7'}, " + NODES));
    }

    @TestFactory
    Stream<DynamicTest> ofPolicies() {
        return Stream.of("EgressPolicy", "EgressClusterPolicy").flatMap(CrdRulesE2E::ofPolicies);
    }

    private static Stream<DynamicTest> ofPolicies(String kind) {
        String again = " cannot be changed; delete the policy and make it anew";
        String nothing =
                "spec.appliedTo: Invalid value: \"object\": selects nothing; give podSelector with at least one of"
                        + " matchLabels and matchExpressions, or podSubnet";
        String old = "egressGatewayName: egw1, ";
        String network = " is not a network; allowed are forms like 192.168.1.0/24 and fd00::/64";
        return Stream.of(
                refused(kind, "new", "egressGatewayName: egw1", "spec.appliedTo: Required value"),
                refused(kind, "new", "appliedTo: {}", nothing),
                refused(kind, "new", "appliedTo: {podSelector: {}, podSubnet: []}", nothing),
                refused(
                        kind,
                        "new",
                        "appliedTo: {podSelector: {matchLabels: {a: b}}, podSubnet: [10.244.0.0/16]}",
                        "spec.appliedTo.podSubnet: Invalid value: \"object\": excludes podSelector.matchLabels"),
                refused(
                        kind,
                        "new",
                        "appliedTo: {podSubnet: [10.244.0.1]}",
                        "spec.appliedTo.podSubnet[0]: Invalid value: \"string\": \"10.244.0.1\"" + network),
                refused(
                        kind,
                        "new",
                        "destSubnet: [192.168.1.1/24, 1.1.1.1, '---', 1.1.1.1999/24], " + PODS,
                        "spec.destSubnet[1]: Invalid value: \"string\": \"1.1.1.1\"" + network,
                        "spec.destSubnet[2]: Invalid value: \"string\": \"---\"" + network,
                        "spec.destSubnet[3]: Invalid value: \"string\": \"1.1.1.1999/24\"" + network),
                refused(
                        kind,
                        "new",
                        "egressIP: {ipv4: 127.0.0.9, ipv6: 'fe80::7'}, " + PODS,
                        "spec.egressIP.ipv4: Invalid value: \"object\": \"127.0.0.9\" cannot be an EIP",
                        "spec.egressIP.ipv6: Invalid value: \"object\": \"fe80::7\" cannot be an EIP"),
                refused(
                        kind,
                        "new",
                        "egressIP: {useNodeIP: true, ipv4: 10.6.1.7}, " + PODS,
                        "spec.egressIP.useNodeIP",
                        "true excludes ipv4 and ipv6"),
                refused(
                        kind,
                        "new",
                        "egressIP: {useNodeIP: true, ipv6: 'fd00::1'}, " + PODS,
                        "true excludes ipv4 and ipv6"),
                refused(
                        kind,
                        "new",
                        "egressIP: {ipv4: 'fd00::1'}, " + PODS,
                        "spec.egressIP.ipv4: Invalid value: \"object\": \"fd00::1\" is not an IPv4 address"),
                refused(
                        kind,
                        "new",
                        "egressIP: {ipv6: 10.6.1.7}, " + PODS,
                        "spec.egressIP.ipv6: Invalid value: \"object\": \"10.6.1.7\" is not an IPv6 address"),
                refused(
                        kind,
                        "new",
                        "egressIP: {allocatorPolicy: random}, " + PODS,
                        "spec.egressIP.allocatorPolicy: Unsupported value: \"random\": supported values: \"default\","
                                + " \"rr\""),
                refused(
                        kind,
                        "new",
                        "priority: -1, " + PODS,
                        "spec.priority: Invalid value: -1",
                        "greater than or equal to 0"),
                refused(
                        kind,
                        "old",
                        "egressGatewayName: egw2, egressIP: {ipv4: 10.6.1.7}, " + PODS,
                        "The " + kind + " \"old\" is invalid",
                        "spec.egressGatewayName",
                        "\"egw1\"" + again),
                refused(
                        kind,
                        "old",
                        "egressIP: {ipv4: 10.6.1.7}, " + PODS,
                        "spec.egressGatewayName",
                        "\"egw1\"" + again),
                refused(
                        kind,
                        "old",
                        old + "egressIP: {ipv4: 10.6.1.8}, " + PODS,
                        "spec.egressIP.ipv4",
                        "\"10.6.1.7\"" + again),
                refused(kind, "old", old + PODS, "spec.egressIP.ipv4", "\"10.6.1.7\"" + again),
                refused(
                        kind,
                        "old",
                        old + "egressIP: {ipv4: 10.6.1.7, ipv6: 'fd00::1'}, " + PODS,
                        "spec.egressIP.ipv6",
                        "none" + again),
                refused(
                        kind,
                        "old",
                        old + "egressIP: {useNodeIP: true}, " + PODS,
                        "spec.egressIP.useNodeIP",
                        "false" + again),
                refused(
                        kind,
                        "old",
                        old + "egressIP: {ipv4: 10.6.1.7, allocatorPolicy: rr}, " + PODS,
                        "spec.egressIP.allocatorPolicy",
                        "\"default\"" + again),
                taken(kind, "unnamed", "egressGatewayName: egw1, " + PODS),
                taken(kind, "old", old + "egressIP: {ipv4: 10.6.1.7}, priority: 7, destSubnet: ['fd00::/8'], " + PODS),
                taken(kind, "new", "appliedTo: {podSubnet: [10.244.0.0/16, 'fd10::/64'], podSelector: {}}"));
    }

    @Test
    void ofAFileWithoutASpec() {
        kube.apply("{apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressGateway, metadata: {name: new}}")
                .refused("spec: Invalid value", "missing; its nodeSelector names the nodes that may hold EIPs");
        kube.apply("{apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressPolicy, metadata: {name: new}}")
                .refused("spec: Invalid value", "missing; its appliedTo says whose traffic");
    }

    @Test
    void ofMistypedFields() {
        kube.apply(object("EgressPolicy", "new", "podSelector: {}, " + PODS))
                .refused("unknown field \"spec.podSelector\"");
        kube.apply(object("EgressGateway", "new", "clusterDefault: 'yes', " + NODES))
                .refused("spec.clusterDefault", "boolean");
        kube.apply(object("EgressClusterInfo", "default", "extraCidr: [10.10.10.1]"))
                .refused("spec.extraCidr[0]", "\"10.10.10.1\" is not a network");
        kube.apply(object("EgressClusterInfo", "default", "autoDetect: {podCidrMode: flannel}"))
                .refused("podCidrMode: Unsupported value: \"flannel\"", "\"auto\", \"k8s\", \"calico\"");
    }
}
