package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.api.EgressGateway;
import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The custom resources as users of EgressGateway know them, printed and explained by the real kubectl. */
@NeedsKube
class CrdE2E {
    /** As in the document on failover, with the status that users' files may carry. */
    private static final String GATEWAY = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata:
          name: egw1
        spec:
          clusterDefault: true
          ippools:
            ipv4:
              - 10.6.1.55
              - 10.6.1.56
            ipv4DefaultEIP: 10.6.1.56
            ipv6:
              - fd00::55
              - fd00::56
            ipv6DefaultEIP: fd00::55
          nodeSelector:
            selector:
              matchLabels:
                egress: "true"
        status:
          nodeList:
            - name: node1
              status: Ready
              eips:
                - ipv4: 10.6.1.56
                  ipv6: fd00::55
                  policies:
                    - name: policy1
                      namespace: default
            - name: node2
              status: Ready
        """;

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("none");

    @Test
    void haveTheNamesScopesAndCategoriesOfEgressGateway() {
        var rows = kube.run(
                        "api-resources",
                        "--api-group=egressgateway.spidernet.io",
                        "--no-headers",
                        "-o",
                        "wide",
                        "--sort-by=name")
                .succeeded()
                .out()
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .map(words ->
                        String.join(" ", words[0], words[1], words[2], words[3], words[4], words[words.length - 1]))
                .toList();
        String version = " egressgateway.spidernet.io/v1beta1 ";
        assertEquals(
                List.of(
                        "egressclusterendpointslices egcep" + version
                                + "false EgressClusterEndpointSlice egressclusterendpointslice",
                        "egressclusterinfos egci" + version + "false EgressClusterInfo egressclusterinfo",
                        "egressclusterpolicies egcp" + version + "false EgressClusterPolicy egressclusterpolicy",
                        "egressendpointslices egep" + version + "true EgressEndpointSlice egressendpointslice",
                        "egressgateways egw" + version + "false EgressGateway egressgateway",
                        "egresspolicies egp" + version + "true EgressPolicy egresspolicy",
                        "egresstunnels egt" + version + "false EgressTunnel egresstunnel"),
                rows);
    }

    @Test
    void printAGatewayAsTheDocumentWritesIt() {
        kube.apply(GATEWAY).succeeded();
        status("egw", "egw1", "{\"ipUsage\": {\"ipv4Total\": 2, \"ipv4Free\": 1, \"ipv6Total\": 2, \"ipv6Free\": 1}}");
        assertEquals(
                List.of(
                        List.of(
                                "NAME",
                                "IPV4DEFAULTEIP",
                                "IPV6DEFAULTEIP",
                                "CLUSTERDEFAULT",
                                "IPV4TOTAL",
                                "IPV4FREE",
                                "IPV6TOTAL",
                                "IPV6FREE"),
                        List.of("egw1", "10.6.1.56", "fd00::55", "true", "2", "1", "2", "1")),
                kube.run("get", "egw").succeeded().rows());
        // Without the generator, whose annotations the classes carry.
        assertEquals(
                List.of("10.6.1.55", "10.6.1.56"),
                kube.api()
                        .client()
                        .resources(EgressGateway.class)
                        .withName("egw1")
                        .get()
                        .getSpec()
                        .ippools()
                        .ipv4());
    }

    @Test
    void printPoliciesAndGiveThemTheirDefaults() {
        kube.apply(policy("EgressPolicy", "columns")).succeeded();
        kube.apply(policy("EgressClusterPolicy", "columns")).succeeded();
        String status = "{\"eip\": {\"ipv4\": \"10.6.1.56\", \"ipv6\": \"fd00::55\"}, \"node\": \"node1\"}";
        status("egp", "columns", status);
        status("egcp", "columns", status);
        assertEquals(
                List.of(
                        List.of("NAMESPACE", "NAME", "GATEWAY", "IPV4", "IPV6", "EGRESSNODE"),
                        List.of("default", "columns", "egw1", "10.6.1.56", "fd00::55", "node1")),
                kube.run("get", "egp", "-A", "--field-selector=metadata.name=columns")
                        .succeeded()
                        .rows());
        assertEquals(
                List.of(
                        List.of("NAME", "GATEWAY", "IPV4", "IPV6", "EGRESSTUNNEL"),
                        List.of("columns", "egw1", "10.6.1.56", "fd00::55", "node1")),
                kube.run("get", "egcp").succeeded().rows());
        assertEquals(
                "{\"allocatorPolicy\":\"default\",\"useNodeIP\":false}",
                kube.run("get", "egp", "columns", "-o", "jsonpath={.spec.egressIP}")
                        .succeeded()
                        .out());
    }

    @Test
    void printATunnelAndRefuseAPhaseThatNobodyKnows() {
        kube.apply("""
            {apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressTunnel, metadata: {name: node1}, spec: {}}
            """).succeeded();
        status("egt", "node1", """
            {"tunnel": {"ipv4": "192.200.229.11", "ipv6": "fd01::c486", "mac": "66:50:85:cb:b2:bf",
                        "parent": {"name": "eth0", "ipv4": "10.6.1.21"}},
             "mark": "0x26d9b723", "phase": "Ready", "lastHeartbeatTime": "2023-11-27T12:04:56Z"}
            """);
        assertEquals(
                List.of(
                        List.of("NAME", "TUNNELMAC", "TUNNELIPV4", "TUNNELIPV6", "MARK", "PHASE"),
                        List.of("node1", "66:50:85:cb:b2:bf", "192.200.229.11", "fd01::c486", "0x26d9b723", "Ready")),
                kube.run("get", "egt").succeeded().rows());
        patchStatus("egt", "node1", "{\"phase\": \"Asleep\"}")
                .refused("\"Asleep\"", "\"Pending\", \"Init\", \"Failed\", \"Ready\", \"HeartbeatTimeout\"");
        patchStatus("egt", "node1", "{\"lastHeartbeatTime\": \"noon\"}").refused("lastHeartbeatTime", "date-time");
    }

    @Test
    void keepSlicesAndClusterInfoInTheirShape() {
        kube.apply("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressEndpointSlice
            metadata: {name: web-x7z2p, labels: {spidernet.io/policy-name: web}}
            endpoints:
              - {ns: default, pod: web-0, ipv4: [10.244.1.7], ipv6: ["fd10::7"], node: node1}
            ---
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressClusterEndpointSlice
            metadata: {name: all-x7z2p, labels: {spidernet.io/policy-name: all}}
            endpoints:
              - {ns: default, pod: web-0, ipv4: [10.244.1.7], node: node1}
            ---
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressClusterInfo
            metadata: {name: default}
            spec: {extraCidr: [10.20.0.0/16]}
            """).succeeded();
        assertEquals(
                "web-0 fd10::7",
                kube.run("get", "egep", "web-x7z2p", "-o", "jsonpath={.endpoints[0].pod} {.endpoints[0].ipv6[0]}")
                        .out());
        assertEquals(
                "node1",
                kube.run("get", "egcep", "all-x7z2p", "-o", "jsonpath={.endpoints[0].node}")
                        .out());
        assertEquals(
                "{\"clusterIP\":true,\"nodeIP\":true,\"podCidrMode\":\"auto\"}",
                kube.run("get", "egci", "default", "-o", "jsonpath={.spec.autoDetect}")
                        .out());
        status("egci", "default", """
            {"nodeIP": {"node1": {"ipv4": ["10.6.1.21"]}}, "clusterIP": {"ipv4": ["10.96.0.0/12"]},
             "podCIDR": {"default-pool": {"ipv4": ["10.244.0.0/16"]}}, "extraCidr": ["10.20.0.0/16"]}
            """);
        assertEquals(
                "10.6.1.21",
                kube.run("get", "egci", "default", "-o", "jsonpath={.status.nodeIP.node1.ipv4[0]}")
                        .out());
    }

    @Test
    void carryConditionsThatKubectlCanWaitFor() {
        kube.apply(policy("EgressPolicy", "waited")).succeeded();
        String condition = "{\"conditions\": [{\"type\": \"Assigned\", \"status\": \"%s\", \"observedGeneration\": 1,"
                + " \"lastTransitionTime\": \"2026-01-01T00:00:00Z\", \"reason\": \"Held\", \"message\": \"\"}]}";
        status("egp", "waited", condition.formatted("True"));
        kube.run("wait", "--for=condition=Assigned", "egp/waited", "--timeout=10s")
                .succeeded();
        patchStatus("egp", "waited", condition.formatted("Perhaps"))
                .refused("status.conditions[0].status", "\"Perhaps\"", "\"True\", \"False\", \"Unknown\"");
        patchStatus("egp", "waited", "{\"conditions\": [{\"type\": \"Assigned\"}]}")
                .refused("status.conditions[0].reason: Required value");
    }

    @Test
    void explainTheirFields() {
        String said = kube.run("explain", "egp.spec").succeeded().out().replaceAll("\\s+", " ");
        for (String word : List.of("everything outside the cluster", "higher number", "-required-")) {
            assertTrue(said.contains(word), said);
        }
    }

    private static String policy(String kind, String name) {
        return """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: %s
            metadata: {name: %s}
            spec:
              egressGatewayName: egw1
              appliedTo: {podSelector: {matchLabels: {app: web}}}
            """.formatted(kind, name);
    }

    private static void status(String kind, String name, String status) {
        patchStatus(kind, name, status).succeeded();
    }

    private static CommandResult patchStatus(String kind, String name, String status) {
        return kube.run(
                "patch",
                kind,
                name,
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\": " + status.strip() + "}");
    }
}
