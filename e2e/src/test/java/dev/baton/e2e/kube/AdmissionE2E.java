package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.bridge.admission.Families;
import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import dev.baton.e2e.kube.kit.TestWebhook;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the API server refuses and fills in because of the webhook, as kubectl prints it. */
@NeedsKube
class AdmissionE2E {
    private static final String NODES = "nodeSelector: {selector: {matchLabels: {egress: 'true'}}}";
    private static final String PODS = "appliedTo: {podSelector: {matchLabels: {app: web}}}";
    private static final String DENIED = "admission webhook \"validate.baton.dev\" denied the request: ";

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("none");

    @SuppressWarnings("NullAway.Init")
    private static TestWebhook webhook;

    /**
     * Gateways: the default, with both families and an allocated pair; one without addresses; one for a namespace;
     * twins.
     */
    @BeforeAll
    static void start() throws IOException, GeneralSecurityException {
        for (String twin : List.of("twin1", "twin2")) {
            kube.apply(object("EgressGateway", twin, pools("ipv4: [10.40.0.1]")))
                    .succeeded();
        }
        webhook = TestWebhook.start(kube.api(), Families.BOTH);
        kube.apply(object(
                        "EgressGateway",
                        "egw1",
                        "clusterDefault: true, ippools: {ipv4: [10.6.1.55-10.6.1.58], ipv4DefaultEIP: 10.6.1.56,"
                                + " ipv6: ['fd00::55-fd00::58'], ipv6DefaultEIP: 'fd00::55'}, " + NODES))
                .succeeded();
        kube.run("patch", "egw", "egw1", "--subresource=status", "--type=merge", "-p", """
            {"status": {"nodeList": [{"name": "node1", "status": "Ready", "eips": [
              {"ipv4": "10.6.1.57", "ipv6": "fd00::57", "policies": [{"name": "web", "namespace": "default"}]}]}]}}
            """)
                .succeeded();
        kube.apply(object("EgressGateway", "poolless", NODES)).succeeded();
        kube.apply(object("EgressGateway", "egw4", "ippools: {ipv4: [10.9.0.0/30]}, " + NODES))
                .succeeded();
        kube.apply("""
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, labels: {spidernet.io/egressgateway-default: egw4}}
            """).succeeded();
    }

    @AfterAll
    static void stop() {
        webhook.close();
    }

    static String object(String kind, String name, String spec) {
        return "{apiVersion: egressgateway.spidernet.io/v1beta1, kind: " + kind + ", metadata: {name: " + name
                + "}, spec: {" + spec + "}}";
    }

    /** Refused by the webhook itself. */
    private static DynamicTest denied(String kind, String name, String spec, String why) {
        String place = kind.equals("EgressPolicy") ? kind + "/default/" + name : kind + "/" + name;
        return refused(kind, name, spec, DENIED + place + ": " + why);
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

    private static String pools(String pools) {
        return "ippools: {" + pools + "}, " + NODES;
    }

    @TestFactory
    Stream<DynamicTest> deniesGateways() {
        String kind = "EgressGateway";
        return Stream.of(
                refused(kind, "new", pools("ipv4: [10.7.0.1]").replace(NODES, "nodeSelector: {}"), "selects nothing"),
                denied(
                        kind,
                        "new",
                        "clusterDefault: true, " + NODES,
                        "spec.clusterDefault: true, but gateway egw1 is the cluster's default already; one gateway can"
                                + " be"),
                refused(kind, "new", pools("ipv4: [10.6.1.300]"), "\"10.6.1.300\" is not an IPv4 address"),
                denied(
                        kind,
                        "new",
                        pools("ipv4: [10.7.0.1, 10.7.0.9-10.7.0.2]"),
                        "spec.ippools.ipv4[1]: pool: range 10.7.0.9-10.7.0.2 is not ascending within one family"),
                denied(
                        kind,
                        "new",
                        pools("ipv4: [10.7.0.1-10.7.0.3], ipv6: ['fd07::1-fd07::2']"),
                        "spec.ippools: ipv4 has 3 addresses, ipv6 has 2; two non-empty pools must be of one size"),
                denied(
                        kind,
                        "new",
                        pools("ipv4: [10.7.0.1-10.7.0.3], ipv4DefaultEIP: 10.7.0.4"),
                        "spec.ippools.ipv4DefaultEIP: 10.7.0.4 lies outside the pool"),
                denied(
                        kind,
                        "new",
                        pools("ipv6: ['fd07::1-fd07::2'], ipv6DefaultEIP: 'fd07::3'"),
                        "spec.ippools.ipv6DefaultEIP: fd07::3 lies outside the pool"),
                denied(
                        kind,
                        "new",
                        pools("ipv4: [10.6.1.0/24]"),
                        "spec.ippools.ipv4: 10.6.1.55-10.6.1.58 is in the pool of gateway egw1 too;"
                                + " an address can be in one pool"),
                denied(
                        kind,
                        "new",
                        pools("ipv6: ['fd00:0::58']"),
                        "spec.ippools.ipv6: fd00::58 is in the pool of gateway egw1 too"),
                refused(
                        kind,
                        "egw4",
                        pools("ipv4: [10.9.0.0/30], ipv6: ['fd09::1-fd09::2']"),
                        "ipv6: was empty when the gateway was made and must stay so"),
                denied(
                        kind,
                        "egw1",
                        "clusterDefault: true, "
                                + pools("ipv4: [10.6.1.55, 10.6.1.56, 10.6.1.58], ipv4DefaultEIP: 10.6.1.56,"
                                        + " ipv6: ['fd00::55-fd00::57'], ipv6DefaultEIP: 'fd00::55'"),
                        "spec.ippools.ipv4: 10.6.1.57 is allocated to [EgressPolicy/default/web] and cannot be"
                                + " removed"),
                taken(
                        kind,
                        "egw1",
                        "clusterDefault: true, "
                                + pools("ipv4: [10.6.1.56-10.6.1.57], ipv4DefaultEIP: 10.6.1.56,"
                                        + " ipv6: ['fd00::55', 'fd00::57'], ipv6DefaultEIP: 'fd00::55'")),
                taken(kind, "new", pools("ipv4: [10.7.0.1-10.7.0.3], ipv6: ['fd07::1-fd07::3']")),
                taken(kind, "new", pools("ipv6: ['fd07::/64']")));
    }

    @TestFactory
    Stream<DynamicTest> deniesPolicies() {
        return Stream.of("EgressPolicy", "EgressClusterPolicy").flatMap(AdmissionE2E::deniesPolicies);
    }

    private static Stream<DynamicTest> deniesPolicies(String kind) {
        String one = "egressGatewayName: egw1, " + PODS + ", egressIP: ";
        return Stream.of(
                refused(kind, "new", one + "{useNodeIP: true, ipv4: 10.6.1.55}", "true excludes ipv4 and ipv6"),
                refused(kind, "new", one + "{ipv4: 'fd00::55'}", "\"fd00::55\" is not an IPv4 address"),
                refused(kind, "new", "egressGatewayName: egw1, appliedTo: {}", "selects nothing"),
                denied(
                        kind,
                        "new",
                        "egressGatewayName: none, " + PODS,
                        "spec.egressGatewayName: there is no gateway \"none\"; make it first"),
                denied(
                        kind,
                        "new",
                        "egressGatewayName: none, egressIP: {ipv4: 10.6.1.55}, " + PODS,
                        "spec.egressGatewayName: there is no gateway \"none\""),
                taken(kind, "new", "egressGatewayName: none, egressIP: {useNodeIP: true}, " + PODS),
                denied(
                        kind,
                        "new",
                        one + "{ipv4: 10.6.1.56}",
                        "spec.egressIP.ipv6: none cannot go with 10.6.1.56: gateway egw1 has the default EIP 10.6.1.56"
                                + " with fd00::55, which go together"),
                denied(
                        kind,
                        "new",
                        one + "{ipv4: 10.6.1.58, ipv6: 'fd00::55'}",
                        "spec.egressIP.ipv4: 10.6.1.58 cannot go with fd00::55"),
                taken(kind, "new", one + "{ipv4: 10.6.1.56, ipv6: 'fd00::55'}"),
                denied(
                        kind,
                        "new",
                        one + "{ipv4: 10.6.1.57, ipv6: 'fd00::58'}",
                        "spec.egressIP.ipv6: fd00::58 cannot go with 10.6.1.57, which is allocated together with"
                                + " fd00::57"),
                denied(
                        kind,
                        "new",
                        one + "{ipv4: 10.6.1.58, ipv6: 'fd00::57'}",
                        "spec.egressIP.ipv4: 10.6.1.58 cannot go with fd00::57, which is allocated together with"
                                + " 10.6.1.57"),
                taken(kind, "new", one + "{ipv4: 10.6.1.57, ipv6: 'fd00::57'}"),
                denied(
                        kind,
                        "new",
                        "egressGatewayName: poolless, " + PODS,
                        "spec.egressIP.useNodeIP: false, but gateway poolless has no addresses; only true is allowed"),
                taken(kind, "new", "egressGatewayName: poolless, egressIP: {useNodeIP: true}, " + PODS),
                denied(
                        kind,
                        "new",
                        one + "{ipv4: 10.9.0.1}",
                        "spec.egressIP.ipv4: 10.9.0.1 is not an address of gateway egw1; allowed is one of"
                                + " [10.6.1.55-10.6.1.58]"),
                denied(
                        kind,
                        "new",
                        one + "{ipv6: 'fd09::1'}",
                        "spec.egressIP.ipv6: fd09::1 is not an address of gateway egw1"),
                refused(kind, "new", one + "{}, destSubnet: [1.1.1.1]", "\"1.1.1.1\" is not a network"));
    }

    @Test
    void fillsInAGatewaysDefaultsAndKeepsItsUsersFinalizers() {
        String bare = pools("ipv4: [10.20.0.0/24], ipv6: ['fd20::1-fd20::fe']");
        String manifest = object("EgressGateway", "bare", bare)
                .replace("{name: bare}", "{name: bare, finalizers: [example.org/mine]}");
        kube.apply(manifest).succeeded();
        assertEquals("10.20.0.1 fd20::1", defaults("bare"));
        assertEquals(
                "[\"example.org/mine\",\"egressgateway.spidernet.io/egressgateway\"]",
                kube.run("get", "egw", "bare", "-o", "jsonpath={.metadata.finalizers}")
                        .out());
        // It keeps its values when it is applied again or replaced.
        kube.apply(manifest).succeeded();
        kube.kubectl()
                .run(
                        object(
                                        "EgressGateway",
                                        "bare",
                                        pools("ipv4: [10.20.0.0/24, 10.19.0.1], ipv6: ['fd20::1-fd20::ff']"))
                                .replace("{name: bare}", "{name: bare, finalizers: [example.org/mine]}"),
                        CommandResult.LIMIT,
                        "replace",
                        "-f",
                        "-")
                .succeeded();
        assertEquals("10.20.0.1 fd20::1", defaults("bare"));
        kube.run("patch", "egw", "bare", "--type=merge", "-p", "{\"metadata\": {\"finalizers\": []}}")
                .succeeded();
        kube.run("delete", "egw", "bare").succeeded();
    }

    private static String defaults(String gateway) {
        return kube.run(
                        "get",
                        "egw",
                        gateway,
                        "-o",
                        "jsonpath={.spec.ippools.ipv4DefaultEIP} {.spec.ippools.ipv6DefaultEIP}")
                .succeeded()
                .out();
    }

    @Test
    void findsAPolicysGatewayByItsNamespaceElseTheClustersDefault() {
        String policy = object("EgressPolicy", "nameless", PODS);
        kube.apply(policy).succeeded();
        kube.apply(policy, "--namespace=shop").succeeded();
        kube.apply(object("EgressClusterPolicy", "nameless", PODS)).succeeded();
        assertEquals("egw1", gatewayOf("egp", "--namespace=default"));
        assertEquals("egw4", gatewayOf("egp", "--namespace=shop"));
        assertEquals("egw1", gatewayOf("egcp", "--namespace=default"));
        // The policy keeps its gateway, whatever the namespace's label says later.
        kube.run("label", "namespace", "shop", "spidernet.io/egressgateway-default=poolless", "--overwrite")
                .succeeded();
        kube.kubectl()
                .run(
                        object("EgressPolicy", "nameless", "priority: 3, " + PODS),
                        CommandResult.LIMIT,
                        "replace",
                        "--namespace=shop",
                        "-f",
                        "-")
                .succeeded();
        assertEquals("egw4", gatewayOf("egp", "--namespace=shop"));
        kube.run("label", "namespace", "shop", "spidernet.io/egressgateway-default=egw4", "--overwrite")
                .succeeded();
    }

    private static String gatewayOf(String kind, String namespace) {
        return kube.run("get", kind, "nameless", namespace, "-o", "jsonpath={.spec.egressGatewayName}")
                .succeeded()
                .out();
    }

    @Test
    void keepsTheClusterInfo() {
        kube.apply(object("EgressClusterInfo", "default", "extraCidr: [10.20.0.0/16]"))
                .succeeded();
        kube.run("delete", "egci", "default")
                .refused(DENIED + "EgressClusterInfo/default: metadata.name: cannot be deleted");
    }

    @Test
    void neverStandsInTheWayOfLabelsAndOfDeletion() {
        // Each of the twins has the other's pool: they were created while there was no webhook.
        kube.run("label", "egw", "twin2", "team=net").succeeded();
        kube.apply(object("EgressGateway", "twin2", pools("ipv4: [10.40.0.1, 10.40.0.2]")))
                .refused("10.40.0.1 is in the pool of gateway twin1 too");
        kube.run("patch", "egw", "twin2", "--type=merge", "-p", "{\"metadata\": {\"finalizers\": [\"example.org/x\"]}}")
                .succeeded();
        kube.run("delete", "egw", "twin2", "--wait=false").succeeded();
        kube.run("patch", "egw", "twin2", "--type=merge", "-p", "{\"metadata\": {\"finalizers\": []}}")
                .succeeded();
        kube.run("get", "egw", "twin2").refused("not found");
    }
}
