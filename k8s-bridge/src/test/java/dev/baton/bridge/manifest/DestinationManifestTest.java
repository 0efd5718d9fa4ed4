package dev.baton.bridge.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Settings;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshDeclaration.CallerDeclared;
import dev.baton.contract.mesh.MeshDeclaration.DestinationDeclared;
import dev.baton.contract.mesh.MeshDeclaration.FailoverPolicyDeclared;
import dev.baton.contract.mesh.MeshDeclaration.MemberDeclared;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.PolicyTarget;
import dev.baton.contract.mesh.Probe;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.ReturnRules.Failback;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Destinations as the users' documents write them. */
class DestinationManifestTest {
    private static final MemberId ACTIVE = new MemberId("backend/default/active");
    private static final MemberId PASSIVE = new MemberId("backend/default/passive");

    private static final String BACKENDS = """
        apiVersion: gateway.envoyproxy.io/v1alpha1
        kind: Backend
        metadata:
          name: passive
        spec:
          fallback: true
          endpoints:
            - fqdn:
                hostname: passive.default.svc.cluster.local
                port: 3000
        ---
        apiVersion: gateway.envoyproxy.io/v1alpha1
        kind: Backend
        metadata:
          name: active
        spec:
          endpoints:
          - fqdn:
              hostname: active.default.svc.cluster.local
              port: 3000
        """;

    private static final String GATEWAY = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata:
          name: ha-failover-gateway
        spec:
          gatewayClassName: tigera-gateway-class
          listeners:
            - name: http
              protocol: HTTP
              port: 80
        """;

    private static final String POLICY = """
        apiVersion: gateway.envoyproxy.io/v1alpha1
        kind: BackendTrafficPolicy
        metadata:
          name: passive-health-check
        spec:
          targetRefs:
            - group: gateway.networking.k8s.io
              kind: HTTPRoute
              name: ha-failover
          healthCheck:
            passive:
              baseEjectionTime: 10s
              interval: 2s
              maxEjectionPercent: 100
              consecutive5XxErrors: 1
              consecutiveGatewayErrors: 0
              consecutiveLocalOriginFailures: 1
              splitExternalLocalOriginErrors: false
        """;

    private static final String ROUTE = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: ha-failover
          namespace: default
        spec:
          hostnames:
          - www.example.com
          parentRefs:
          - group: gateway.networking.k8s.io
            kind: Gateway
            name: ha-failover-gateway
            namespace: default
          rules:
          - backendRefs:
            - group: gateway.envoyproxy.io
              kind: Backend
              name: active
              namespace: default
              port: 3000
            - group: gateway.envoyproxy.io
              kind: Backend
              name: passive
              namespace: default
              port: 3000
            matches:
            - path:
                type: PathPrefix
                value: /test
        """;

    private static final String EDGE = """
        apiVersion: gateway.tsb.tetrate.io/v2
        kind: Gateway
        metadata: {name: bookinfo-edge, namespace: edge}
        spec:
          workloadSelector:
            namespace: edge
            labels:
              app: edgegw
          http:
            - name: bookinfo
              port: 80
              hostname: bookinfo.tse.tetratelabs.io
              routing:
                rules:
        """;

    private static List<MeshDeclaration> read(String yaml) {
        return Manifest.read("test", yaml, List.of()).destinations();
    }

    private static String problem(String yaml) {
        return String.valueOf(
                assertThrows(InvalidManifest.class, () -> read(yaml)).getMessage());
    }

    private static Destination edge(String rule) {
        var declared = read(EDGE + rule.indent(8));
        assertEquals(2, declared.size());
        return ((DestinationDeclared) declared.getLast()).destination();
    }

    @Test
    void backendsAreMembersOfTheirLevel() {
        var members = read(BACKENDS).stream()
                .map(declared -> ((MemberDeclared) declared).member())
                .toList();
        assertEquals(List.of(PASSIVE, ACTIVE), members.stream().map(Member::id).toList());
        assertEquals(List.of(1, 0), members.stream().map(Member::level).toList());
        assertEquals(
                Map.of(new EndpointAddress("active.default.svc.cluster.local", 3000), Readiness.READY),
                members.getLast().endpoints());
    }

    @Test
    void aGatewaySaysWhereCallsComeFrom() {
        var here = new Locality("region-1", "");
        var declared = Manifest.read("test", GATEWAY, List.of(), Settings.DEFAULT, here)
                .destinations();
        assertEquals(here, ((CallerDeclared) declared.getFirst()).caller().locality());
    }

    @Test
    void aRouteIsADestinationOfItsBackends() {
        var destination = ((DestinationDeclared) read(ROUTE).getFirst()).destination();
        assertEquals(new DestinationId("default/ha-failover/0"), destination.id());
        assertEquals(Map.of(ACTIVE, 1, PASSIVE, 1), ((Mode.ActivePassive) destination.mode()).weights());
        assertEquals(
                Set.of(new HostName("www.example.com")), destination.calls().hosts());
        assertEquals(
                List.of(new Calls.Match(new Calls.Path(Calls.Comparison.PREFIX, "/test"), List.of(), Optional.empty())),
                destination.calls().matches());
        assertEquals(
                Set.of(
                        new PolicyTarget("httproute/default/ha-failover"),
                        new PolicyTarget("gateway/default/ha-failover-gateway")),
                destination.attachedTo());
    }

    @Test
    void aBackendTrafficPolicySaysHowManyMayBeOutAndHowLong() {
        FailoverPolicy policy = ((FailoverPolicyDeclared) read(POLICY).getFirst()).policy();
        assertEquals(Set.of(new PolicyTarget("httproute/default/ha-failover")), policy.targets());
        assertEquals(100, policy.rules().maxEjectionPercent());
        assertEquals(Duration.ofSeconds(10), policy.rules().holdDown());
        assertEquals(Optional.empty(), policy.probe());
    }

    @Test
    void anActiveHealthCheckIsHowEndpointsAreAsked() {
        FailoverPolicy policy =
                ((FailoverPolicyDeclared) read(POLICY + """
                        active:
                          type: HTTP
                          interval: 500ms
                          timeout: 200ms
                          http: {path: /healthz, expectedStatuses: [200, 204]}
                    """.indent(0)).getFirst()).policy();
        assertEquals(
                Optional.of(new Probe(
                        new Probe.Http(Probe.Version.HTTP_1_1, "", "/healthz", new TreeSet<>(List.of(200, 204))),
                        Duration.ofMillis(500),
                        Duration.ofMillis(200))),
                policy.probe());
    }

    @Test
    void theDocumentIsReadAsOneFileToo() {
        assertEquals(
                5, read(String.join("---\n", ROUTE, POLICY, GATEWAY, BACKENDS)).size());
    }

    @Test
    void theThreeFormsOfAClusterDestination() {
        assertEquals(
                new Mode.Auto(), edge("- route:\n    clusterDestination: {}\n").mode());
        assertEquals(
                new Mode.Named(new TreeSet<>(List.of(new MemberId("cluster-1"), new MemberId("cluster-2")))),
                edge("""
                    - route:
                        clusterDestination:
                          clusters:
                          - name: cluster-1
                          - name: cluster-2
                    """).mode());
        Destination weighted = edge("""
            - route:
                clusterDestination:
                  clusters:
                  - name: cluster-1
                    weight: 50
                  - name: cluster-2
                    weight: 50
            """);
        assertEquals(
                Map.of(new MemberId("cluster-1"), 50, new MemberId("cluster-2"), 50),
                ((Mode.Weighted) weighted.mode()).weights());
        assertEquals(new DestinationId("edge/bookinfo-edge/bookinfo/0"), weighted.id());
        assertEquals(Optional.of(new HostName("bookinfo.tse.tetratelabs.io")), weighted.host());
    }

    @Test
    void labelsRankClusters() {
        Destination destination = edge("""
            - route:
                clusterDestination:
                  failoverSettings:
                    failoverPriority: [topology.istio.io/network, tier=gold]
            """);
        assertEquals(new Mode.Labelled(List.of("topology.istio.io/network", "tier=gold")), destination.mode());
    }

    /** As the document prints it: what belongs into route stands beside it. */
    @Test
    void aClusterDestinationBesideItsRouteIsRefusedByName() {
        String problem = problem(EDGE + """
            - route:
              clusterDestination:
                  clusters:
                  - name: cluster-1
                  - name: cluster-2
            """.indent(8));
        assertTrue(
                problem.startsWith(
                        "test[1]: Gateway/edge/bookinfo-edge: spec.http[0].routing.rules[0].clusterDestination:"),
                problem);
        assertTrue(problem.contains("belongs into route"), problem);
    }

    @Test
    void weightsOfSomeClustersOnlyAreRefused() {
        String problem = problem(EDGE + """
            - route:
                clusterDestination:
                  clusters:
                  - name: cluster-1
                    weight: 50
                  - name: cluster-2
            """.indent(8));
        assertTrue(problem.contains("clusterDestination.clusters: some have a weight"), problem);
    }

    @Test
    void whatIsWrongIsNamedWithWhatIsAllowed() {
        assertTrue(problem(ROUTE.replace("PathPrefix", "Prefix"))
                .contains("rules[0].matches[0].path.type: \"Prefix\" is not allowed; allowed are Exact, PathPrefix"));
        assertTrue(problem(POLICY.replace("100", "101")).contains("maxEjectionPercent: 101 is not from 0 to 100"));
        assertTrue(
                problem(BACKENDS.replace("port: 3000", "port: 70000")).contains("port: 70000 is not from 1 to 65535"));
        assertTrue(problem(GATEWAY.replace("/v1\n", "/v9\n"))
                .contains("must be gateway.networking.k8s.io/v1 or gateway.tsb.tetrate.io/v2"));
        assertTrue(problem(ROUTE.replace("www.example.com", "WWW")).contains("hostnames[0]: host name: \"WWW\""));
    }

    @Test
    void batonsOwnKinds() {
        var declared = read("""
            apiVersion: baton.dev/v1beta1
            kind: HealthRules
            spec: {unhealthyThreshold: 2, quorum: 1}
            ---
            apiVersion: baton.dev/v1beta1
            kind: Member
            metadata: {name: cluster-1, labels: {tier: gold}}
            spec:
              region: region-1
              hostNames: [bookinfo.tse.tetratelabs.io]
              endpoints:
              - {host: 192.0.2.7, port: 80}
              - {host: 192.0.2.8, port: 80, readiness: Draining}
            ---
            apiVersion: baton.dev/v1beta1
            kind: FailoverPolicy
            metadata: {name: careful, namespace: default}
            spec:
              targetRefs: [{kind: Destination, name: default/ha-failover/0}]
              holdDown: 30s
              ramp: [10, 50]
              rampStep: 5s
              failback: Manual
              probe: {interval: 1s, timeout: 200ms, grpc: {service: shop}}
              levels:
              - members: [backend/default/active]
              - members: [backend/default/passive]
            """);
        assertEquals(new HealthRulesDeclared(new HealthRules(2, 2, 5, 1, Duration.ofSeconds(10))), declared.getFirst());
        Member member = ((MemberDeclared) declared.get(1)).member();
        assertEquals(
                Map.of(
                        new EndpointAddress("192.0.2.7", 80), Readiness.READY,
                        new EndpointAddress("192.0.2.8", 80), Readiness.DRAINING),
                member.endpoints());
        FailoverPolicy policy = ((FailoverPolicyDeclared) declared.getLast()).policy();
        assertEquals(Failback.MANUAL, policy.rules().failback());
        assertEquals(List.of(10, 50), policy.rules().ramp());
        assertEquals(Map.of(ACTIVE, 0, PASSIVE, 1), policy.levels());
        assertEquals(new Probe.Grpc("shop"), policy.probe().orElseThrow().question());
    }
}
