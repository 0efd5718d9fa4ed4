package dev.baton.e2e.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.FleetId;
import dev.baton.contract.Settings;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.contract.mesh.Route.Use;
import dev.baton.contract.mesh.RoutingSnapshot;
import dev.baton.contract.wire.WireCodec;
import dev.baton.e2e.Eventually;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import dev.baton.launcher.client.MeshDeclarer;
import dev.baton.launcher.client.MeshFollower;
import dev.baton.launcher.mesh.ProberService;
import dev.baton.launcher.mesh.XdsService;
import dev.baton.xds.render.Bind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way, without Kubernetes: an active and a passive backend are declared as Envoy Gateway's users write them,
 * probed, decided about, and a real Envoy is told.
 */
@NeedsEnvoy
class ActivePassiveE2E {
    private static final FleetId MESH = new FleetId("active-passive");
    private static final Locality HERE = new Locality("eu", "a");
    private static final String HOST = "www.example.com";
    private static final int SOME_HUNDRED = 300;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
    private final WireCodec codec = WireCodec.bundled();

    @BeforeEach
    void makeLogs() throws InterruptedException {
        LogSetup.ensure(client());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Map<String, Object> client() {
        return Connection.client(broker.bootstrap());
    }

    private Coordinator coordinator() throws InterruptedException {
        return Coordinator.start(new CoordinatorConfig(broker.bootstrap(), MESH, Optional.empty(), client()), codec);
    }

    private ProberService prober() {
        return ProberService.start(client(), codec, MESH, new ObserverId("prober-1"), HERE, 7);
    }

    private XdsService xds() {
        return XdsService.start(
                client(),
                codec,
                MESH,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Bind("127.0.0.1", 0));
    }

    private void declare(EndpointAddress active, EndpointAddress passive) throws InterruptedException {
        String yaml = """
            apiVersion: baton.dev/v1beta1
            kind: HealthRules
            spec: {unhealthyThreshold: 2, healthyThreshold: 2, quorum: 1}
            ---
            apiVersion: gateway.envoyproxy.io/v1alpha1
            kind: Backend
            metadata: {name: active}
            spec: {endpoints: [{ip: {address: %s, port: %d}}]}
            ---
            apiVersion: gateway.envoyproxy.io/v1alpha1
            kind: Backend
            metadata: {name: passive}
            spec: {fallback: true, endpoints: [{ip: {address: %s, port: %d}}]}
            ---
            apiVersion: gateway.envoyproxy.io/v1alpha1
            kind: BackendTrafficPolicy
            metadata: {name: health}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: ha-failover}]
              healthCheck:
                passive: {baseEjectionTime: 1s, maxEjectionPercent: 50}
                active: {type: HTTP, interval: 200ms, timeout: 150ms, http: {path: /healthz}}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: ha-failover}
            spec:
              hostnames: [%s]
              parentRefs: [{name: ha-failover-gateway}]
              rules:
              - matches: [{path: {type: PathPrefix, value: /}}]
                backendRefs:
                - {group: gateway.envoyproxy.io, kind: Backend, name: active}
                - {group: gateway.envoyproxy.io, kind: Backend, name: passive}
            """.formatted(active.host(), active.port(), passive.host(), passive.port(), HOST);
        var destinations =
                Manifest.read("test", yaml, List.of(), Settings.DEFAULT, HERE).destinations();
        try (var declarer = new MeshDeclarer(client(), codec, MESH)) {
            declarer.declare(destinations, Eventually.LONG);
        }
    }

    private RoutingSnapshot mesh() {
        try (var follower = new MeshFollower(client(), codec, MESH)) {
            return follower.catchUp().snapshot(0);
        }
    }

    /** What the fleet says of the active backend, and the proxy has applied. */
    private void awaitActive(Use use) {
        Eventually.holds(Eventually.LONG, "the active backend is " + use + " for the proxy", () -> {
            RoutingSnapshot mesh = mesh();
            return mesh.routes().stream()
                    .anyMatch(inForce -> inForce.route()
                                            .targets()
                                            .shares()
                                            .getFirst()
                                            .endpoints()
                                            .values()
                                            .iterator()
                                            .next()
                                            .use()
                                    == use
                            && mesh.proxies().stream()
                                    .anyMatch(proxy -> inForce.epoch()
                                            .equals(proxy.applied()
                                                    .get(inForce.route().destination()))));
        });
    }

    private static void assertAllFrom(String backend, List<Reply> replies) {
        assertTrue(replies.stream().allMatch(reply -> reply.isFrom(backend)), replies::toString);
    }

    @Test
    void theActiveBackendDiesAndReturnsAndNoRequestFails() throws Exception {
        var active = new Backend("active");
        try (var passive = new Backend("passive");
                var coordinator = coordinator();
                var prober = prober();
                var xds = xds()) {
            EndpointAddress address = active.address();
            declare(address, passive.address());
            int port = xds.opened().get();
            try (var envoy = new Envoy(folder, port);
                    var traffic = new Traffic(answering(envoy), HOST)) {
                awaitActive(Use.USABLE);
                assertAllFrom("active", traffic.next(SOME_HUNDRED));
                active.close();
                awaitActive(Use.UNUSABLE);
                assertAllFrom("passive", traffic.next(SOME_HUNDRED));
                aProxyThatStartsNowNeverAsksTheDeadOne(port);
                active = new Backend("active", address.port());
                awaitActive(Use.USABLE);
                Eventually.holds(
                        Eventually.LONG,
                        "the active backend answers again",
                        () -> traffic.next(20).stream().allMatch(reply -> reply.isFrom("active")));
                assertEquals(List.of(), traffic.failed());
            }
        } finally {
            active.close();
        }
    }

    /** It knows from its first assignment what others had to find out. */
    private void aProxyThatStartsNowNeverAsksTheDeadOne(int xdsPort) throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        try (var envoy = new Envoy(other, xdsPort)) {
            int port = answering(envoy);
            for (int i = 0; i < 20; i++) {
                assertTrue(Reply.to(port, HOST).isFrom("passive"));
            }
            assertEquals(0, envoy.counter("cluster.default/ha-failover/0.upstream_cx_connect_fail"));
        }
    }

    private static int answering(Envoy envoy) {
        int port = envoy.port();
        Eventually.holds(
                Eventually.LONG,
                "requests are answered" + envoy.said(),
                () -> Reply.to(port, HOST).status() == 200);
        return port;
    }

    /** None of Baton's processes is in the way of requests, or changes anything by leaving. */
    @Test
    void whileAllOfBatonIsGoneRequestsGoOn() throws Exception {
        try (var active = new Backend("active");
                var passive = new Backend("passive")) {
            var xds = xds();
            var coordinator = coordinator();
            var prober = prober();
            declare(active.address(), passive.address());
            try (var envoy = new Envoy(folder, xds.opened().get());
                    var traffic = new Traffic(answering(envoy), HOST)) {
                awaitActive(Use.USABLE);
                prober.close();
                coordinator.close();
                xds.close();
                assertAllFrom("active", traffic.next(SOME_HUNDRED));
                active.close();
                Eventually.holds(
                        Eventually.LONG,
                        "the passive backend answers",
                        () -> traffic.next(20).stream().allMatch(reply -> reply.isFrom("passive")));
                assertEquals(List.of(), traffic.failed());
            }
        }
    }
}
