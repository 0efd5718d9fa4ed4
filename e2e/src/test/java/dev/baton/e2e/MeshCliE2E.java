package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destinations from the command line: declared, looked at, explained, and moved by hand. */
class MeshCliE2E {
    private static final String NAME = "mesh-cli";
    private static final String SHOP = "default/shop/0";

    private static final String MANIFEST = """
        apiVersion: gateway.envoyproxy.io/v1alpha1
        kind: Backend
        metadata: {name: active}
        spec: {endpoints: [{ip: {address: 192.0.2.1, port: 3000}}]}
        ---
        apiVersion: gateway.envoyproxy.io/v1alpha1
        kind: Backend
        metadata: {name: passive}
        spec: {fallback: true, endpoints: [{ip: {address: 192.0.2.2, port: 3000}}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: edge}
        spec: {gatewayClassName: baton, listeners: [{name: http, protocol: HTTP, port: 80}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop}
        spec:
          hostnames: [shop.example.com]
          parentRefs: [{name: edge}]
          rules:
          - backendRefs:
            - {group: gateway.envoyproxy.io, kind: Backend, name: active}
            - {group: gateway.envoyproxy.io, kind: Backend, name: passive}
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static Coordinator coordinator;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        LogSetup.ensure(Connection.client(TestBroker.bootstrap()));
        coordinator = Coordinator.start(
                new CoordinatorConfig(TestBroker.bootstrap(), new FleetId(NAME), Optional.empty(), Map.of()),
                WireCodec.bundled());
        Path file = Files.writeString(directory.resolve("shop.yaml"), MANIFEST);
        Said applied = at("apply", "-f", file.toString(), "--region", "r1", "--wait", "60s")
                .done();
        assertEquals(
                List.of(
                        "member/backend/default/active declared",
                        "member/backend/default/passive declared",
                        "callers in r1 declared",
                        "destination/default/shop/0 declared"),
                applied.out().lines().toList());
    }

    @AfterAll
    static void stop() {
        coordinator.close();
    }

    private static Said at(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--mesh", NAME));
        return Said.at(NAME, all.toArray(new String[0]));
    }

    private static List<String> usableShares() {
        return at("get", "routes")
                .done()
                .out()
                .lines()
                .skip(1)
                .map(line -> line.split(" {2,}"))
                .map(cells -> cells[4] + " " + cells[6])
                .toList();
    }

    @Test
    void whatIsDeclaredIsShown() {
        Said destinations = at("get", "destinations").done();
        assertEquals(List.of("NAME", "MODE", "HOSTS", "MEMBERS", "EJECTED", "WITHHELD", "HELD"), destinations.cells(0));
        assertEquals(List.of(SHOP, "ACTIVE_PASSIVE", "shop.example.com", "2", "false"), destinations.cells(1));
        Said members = at("get", "members", "-o", "json").done();
        assertTrue(members.out().contains("\"level\":\"1\""), members::toString);
        assertEquals(
                List.of("NAME", "SOFTWARE"),
                at("get", "proxies").done().cells(0).subList(0, 2));
    }

    @Test
    void anOperatorFailsOverAndBackAndBothAreExplained() {
        at("fail-over", SHOP).done();
        assertEquals(List.of("backend/default/active 0/1", "backend/default/passive 1/1"), usableShares());
        at("fail-over", SHOP).failed(1, "refused fail-over default/shop/0: ONE_LEVEL", "baton eject");
        at("fail-back", SHOP).done();
        assertEquals(List.of("backend/default/active 1/1", "backend/default/passive 1/1"), usableShares());
        Said why = at("why", SHOP).done();
        assertTrue(why.out().contains("withheld by an operator: backend/default/active"), why::toString);
        assertTrue(why.out().contains("because mesh@"), why::toString);
        assertTrue(
                why.out()
                        .contains("calls from r1 go to backend/default/active (0 of 1 usable), then"
                                + " backend/default/passive (1 of 1 usable)"),
                why::toString);
    }

    @Test
    void theLogGivesTheRecordedDecisionsAgain() {
        at("hold", SHOP).done();
        at("hold", SHOP, "--end").done();
        Said replayed = at("replay").done();
        assertTrue(replayed.out().startsWith("routing: "), replayed::toString);
        assertTrue(replayed.out().contains(" decisions compared, all the same"), replayed::toString);
        assertTrue(replayed.out().contains("health: "), replayed::toString);
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        at("eject", SHOP, "backend/default/other").failed(1, "NO_SUCH_MEMBER", "baton get routes");
        at("hold", "default/other/0").failed(1, "NO_SUCH_DESTINATION", "baton get destinations");
        at("fail-back", SHOP, "nonsense").failed(2, "\"nonsense\" is no endpoint; allowed is host:port");
        at("fail-over", "Not A Name").failed(1, "destination: \"Not A Name\"", "allowed are lower-case letters");
        at("why", "default/nobody/0").failed(1, "no decision names default/nobody/0");
    }
}
