package dev.baton.bridge.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Cidr;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Pool;
import dev.baton.contract.SettingsDeclared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final PolicyId WEB = new PolicyId("shop", "web");
    private static final PolicyId GOLD = PolicyId.cluster("gold");

    static String resource(String name) {
        try (var in = Objects.requireNonNull(ManifestTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Manifest read(String name) {
        return Manifest.read(name, resource(name), List.of());
    }

    private static <T extends Declaration> List<T> all(Manifest manifest, Class<T> kind) {
        return manifest.declarations().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Test
    void readsTheManifestsThatEgressGatewayDocuments() {
        Manifest manifest = read("egressgateway.yaml");
        GatewayDeclared gateway = all(manifest, GatewayDeclared.class).getFirst();
        assertEquals(new GatewayId("egw1"), gateway.gateway());
        assertTrue(gateway.clusterDefault());
        assertEquals(Pool.parse("", IpFamily.V4, List.of("10.6.1.55", "10.6.1.56")), gateway.ipv4Pool());
        assertEquals(Optional.of(IpAddress.parse("10.6.1.56")), gateway.ipv4Default());
        assertEquals(Optional.of(IpAddress.parse("fd00::55")), gateway.ipv6Default());
        assertEquals("true", gateway.nodeSelector().matchLabels().get("egress"));
        assertEquals(List.of("EgressTunnel/workstation1"), manifest.ignored());
    }

    @Test
    void declaresWhatOthersReferToBeforeThem() {
        var kinds = read("fleet.yaml").declarations().stream()
                .map(declaration -> declaration.getClass().getSimpleName())
                .toList();
        assertEquals(
                List.of(
                        "SettingsDeclared",
                        "GatewayDeclared",
                        "NodeDeclared",
                        "NodeDeclared",
                        "PolicyDeclared",
                        "PolicyDeclared"),
                kinds);
    }

    @Test
    void readsSettingsWithDefaultsForWhatIsNotNamed() {
        var settings =
                all(read("fleet.yaml"), SettingsDeclared.class).getFirst().settings();
        assertEquals(Duration.ofSeconds(1), settings.timings().eipEvictionTimeout());
        assertEquals(Duration.ofMillis(200), settings.timings().tunnelUpdatePeriod());
        assertEquals(100, settings.maxFailPercent());
    }

    @Test
    void takesANodesReadinessFromItsConditionIfItHasOne() {
        List<NodeDeclared> nodes = all(read("fleet.yaml"), NodeDeclared.class);
        assertTrue(nodes.get(0).ready());
        assertFalse(nodes.get(1).ready());
    }

    @Test
    void aNodeIsCordonedByItsSpecOrByTheDrainAnnotation() {
        String node = """
            apiVersion: v1
            kind: Node
            metadata: {name: node1, annotations: {other: x%s}}
            spec: {podCIDR: 10.244.1.0/24%s}
            """;
        assertFalse(isCordoned(node.formatted("", "")));
        assertTrue(isCordoned(node.formatted("", ", unschedulable: true")));
        String annotation = ", egressgateway.spidernet.io/drain: ";
        assertTrue(isCordoned(node.formatted(annotation + "'true'", "")));
        assertTrue(isCordoned(node.formatted(annotation + "''", "")));
        assertFalse(isCordoned(node.formatted(annotation + "'false'", "")));
        assertTrue(isCordoned(node.formatted(annotation + "'false'", ", unschedulable: true")));
    }

    private static boolean isCordoned(String yaml) {
        return all(Manifest.read("node.yaml", yaml, List.of()), NodeDeclared.class)
                .getFirst()
                .cordoned();
    }

    @Test
    void readsPriorityWhichIsNoneIfItIsNotNamed() {
        List<PolicyDeclared> policies = all(read("fleet.yaml"), PolicyDeclared.class);
        assertEquals(0, policies.get(0).priority());
        assertEquals(7, policies.get(1).priority());
    }

    @Test
    void selectsPodsByAddressAloneOrTogetherWithExpressions() {
        assertEquals(List.of("web-1"), selected("podSubnet: [10.244.1.0/24]"));
        assertEquals(List.of("db-1", "web-1"), selected("podSubnet: ['fd10::/64', 10.244.1.0/24]"), "by any address");
        String expressions = "podSelector: {matchExpressions: [{key: app, operator: In, values: [db]}]}";
        assertEquals(List.of("db-1"), selected("podSubnet: [10.244.0.0/16], " + expressions));
        assertEquals(List.of(), selected("podSubnet: [10.244.1.0/24], " + expressions), "both must match");
        assertEquals(List.of("web-1"), selected("podSubnet: [10.244.1.0/24], podSelector: {}"));
    }

    private static List<String> selected(String appliedTo) {
        String yaml = """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: p, namespace: shop}
            spec:
              appliedTo: {%s}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: db-1, namespace: shop, labels: {app: db}}
            spec: {nodeName: node1}
            status: {phase: Running, podIP: 10.244.9.1, podIPs: [{ip: 10.244.9.1}, {ip: "fd10::9"}]}
            ---
            """.formatted(appliedTo) + pod("shop", "web-1", "web") + "---\n" + pod("lab", "web-1", "web");
        return Manifest.read("f.yaml", yaml, List.of()).slices().stream()
                .map(slice -> slice.endpoints().getFirst().pod())
                .sorted()
                .toList();
    }

    @Test
    void takesTheGatewayOfTheNamespaceForAPolicyThatNamesNone() {
        List<PolicyDeclared> policies = all(read("fleet.yaml"), PolicyDeclared.class);
        PolicyDeclared gold = policies.get(0);
        PolicyDeclared web = policies.get(1);
        assertEquals(Optional.of(new GatewayId("egw-shop")), web.gateway());
        assertEquals(List.of(Cidr.parse("192.0.2.0/24"), Cidr.parse("2001:db8::/32")), web.destinations());
        assertEquals(Optional.of(new GatewayId("egw1")), gold.gateway());
        assertEquals(AllocatorPolicy.RR, gold.egressIp().allocator());
    }

    @Test
    void matchesPodsThatHaveAnAddressOfTheirOwnWithThePoliciesOfTheirNamespace() {
        var ofWeb = slicesOf(read("fleet.yaml"), WEB);
        assertEquals(
                List.of("pod.shop.web-0", "web-x7f2p"),
                ofWeb.stream().map(EndpointSlice::slice).toList());
        var endpoint = ofWeb.getFirst().endpoints().getFirst();
        assertEquals(new NodeId("node3"), endpoint.node());
        assertEquals(List.of(IpAddress.parse("10.244.3.7"), IpAddress.parse("fd10::7")), endpoint.addresses());
        assertEquals(
                List.of("pod.shop.web-0"),
                slicesOf(read("fleet.yaml"), GOLD).stream()
                        .map(EndpointSlice::slice)
                        .toList());
    }

    @Test
    void matchesPodsWithPoliciesThatAreKnownAlready() {
        List<PolicyDeclared> known = all(read("fleet.yaml"), PolicyDeclared.class);
        Manifest later = Manifest.read("pod.yaml", pod("shop", "web-5", "web"), known);
        assertEquals(
                List.of(WEB), later.slices().stream().map(EndpointSlice::policy).toList());
    }

    @Test
    void emptiesTheSliceOfAPodThatLeftItsPolicyAndOfNoOther() {
        Manifest before = read("fleet.yaml");
        List<PolicyDeclared> known = all(before, PolicyDeclared.class);
        Manifest after = Manifest.read("pod.yaml", pod("shop", "web-0", "other"), known);
        assertEquals(
                List.of(
                        new EndpointSlice(GOLD, "pod.shop.web-0", List.of()),
                        new EndpointSlice(WEB, "pod.shop.web-0", List.of())),
                after.departed(before.slices()));
    }

    @Test
    void listsDestinationsInsideTheCluster() {
        assertEquals(
                List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("10.244.0.0/16")),
                read("fleet.yaml").clusterCidrs().orElseThrow().cidrs());
    }

    private static List<EndpointSlice> slicesOf(Manifest manifest, PolicyId policy) {
        return manifest.slices().stream()
                .filter(slice -> slice.policy().equals(policy))
                .toList();
    }

    private static String pod(String namespace, String name, String app) {
        return """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s, namespace: %s, labels: {app: %s}}
            spec: {nodeName: node1}
            status: {phase: Running, podIP: 10.244.1.77}
            """.formatted(name, namespace, app);
    }
}
