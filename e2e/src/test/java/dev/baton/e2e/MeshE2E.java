package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.FailoverPolicyId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDecided;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.contract.mesh.PolicyTarget;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.ReturnRules.Failback;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.RouteInForce;
import dev.baton.contract.mesh.RoutingSnapshot;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.Coordinator;
import dev.baton.failover.CoordinatorConfig;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.routing.MeshState;
import dev.baton.failover.routing.Routing;
import dev.baton.launcher.Connection;
import dev.baton.launcher.LogSetup;
import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A coordinator decides where the traffic of an active and a passive backend goes. */
class MeshE2E {
    private static final FleetId MESH = new FleetId("mesh");
    private static final DestinationId SHOP = new DestinationId("default/shop");
    private static final MemberId ACTIVE = new MemberId("default/active");
    private static final MemberId PASSIVE = new MemberId("default/passive");
    private static final Locality HERE = new Locality("r1", "");

    private final EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
    private final WireCodec codec = WireCodec.bundled();
    private long sequence;

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

    /** With a snapshot after every few entries. */
    private Coordinator coordinator() throws InterruptedException {
        var config = new CoordinatorConfig(broker.bootstrap(), MESH, Optional.empty(), client());
        return Coordinator.start(config.withSnapshotEvery(3), codec);
    }

    private <T> void write(Log<T> log, List<? extends T> values) throws InterruptedException {
        try (var producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (T value : values) {
                producer.send(codec.record(log, MESH, value)).get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EndpointAddress endpoint(MemberId member) {
        return new EndpointAddress(member.equals(ACTIVE) ? "192.0.2.1" : "192.0.2.2", 3000);
    }

    private static MeshDeclaration member(MemberId id) {
        var endpoints = new TreeMap<>(Map.of(endpoint(id), Readiness.READY));
        return new MeshDeclaration.MemberDeclared(
                new Member(id, HERE, new TreeMap<>(), new TreeSet<>(), id.equals(ACTIVE) ? 0 : 1, endpoints));
    }

    private void declare() throws InterruptedException {
        var mode = new Mode.ActivePassive(new TreeMap<>(Map.of(ACTIVE, 1, PASSIVE, 1)));
        var target = new PolicyTarget("destination/" + SHOP);
        var rules = new ReturnRules(50, Duration.ofSeconds(1), List.of(), Duration.ZERO, Failback.PROBED);
        write(
                Logs.MESH_DECLARATIONS,
                List.of(
                        new HealthRulesDeclared(new HealthRules(2, 2, 0, 2, Duration.ofMinutes(1))),
                        member(ACTIVE),
                        member(PASSIVE),
                        new MeshDeclaration.CallerDeclared(new Caller(HERE, new TreeMap<>())),
                        new MeshDeclaration.FailoverPolicyDeclared(new FailoverPolicy(
                                new FailoverPolicyId("quick"),
                                new TreeSet<>(List.of(target)),
                                rules,
                                Optional.empty(),
                                new TreeMap<>())),
                        new MeshDeclaration.DestinationDeclared(new Destination(
                                SHOP, Optional.empty(), mode, Optional.empty(), Calls.ANY, new TreeSet<>()))));
    }

    private void probed(MemberId member, boolean passed) throws InterruptedException {
        var reports = new ArrayList<HealthEvent>();
        for (String prober : List.of("prober-1", "prober-2")) {
            reports.add(new ProbeReported(new ObserverId(prober), HERE, endpoint(member), ++sequence, passed, 2));
        }
        write(Logs.HEALTH, reports);
    }

    private Optional<RouteInForce> shown() {
        return read(Logs.ROUTES).stream().reduce((before, last) -> last).map(LogEntry::value);
    }

    private <T> List<LogEntry<T>> read(Log<T> log) {
        try (var reader = new LogReader(client(), codec, MESH)) {
            return reader.read(log);
        }
    }

    private List<MemberId> usable() {
        return shown().map(RouteInForce::route).map(Route::targets).stream()
                .flatMap(targets -> targets.shares().stream())
                .filter(share ->
                        share.endpoints().values().stream().anyMatch(endpoint -> endpoint.use() == Route.Use.USABLE))
                .map(Route.Share::member)
                .toList();
    }

    private void awaitUsable(List<MemberId> wanted) {
        Eventually.get(
                Eventually.LONG,
                () -> "usable: " + wanted + ", not " + usable(),
                () -> usable().equals(wanted) ? Optional.of(wanted) : Optional.empty());
    }

    /** Also that a new coordinator stands where the old one stood, and that the log gives the same decisions again. */
    @Test
    void whatProbersAgreeOnMovesTheTrafficAndASecondCoordinatorMovesItBack() throws InterruptedException {
        try (var first = coordinator()) {
            declare();
            awaitUsable(List.of(ACTIVE, PASSIVE));
            probed(ACTIVE, false);
            awaitUsable(List.of(PASSIVE));
        }
        try (var second = coordinator()) {
            probed(ACTIVE, true);
            awaitUsable(List.of(ACTIVE, PASSIVE));
        }
        assertEquals(
                decidedAgain(),
                read(Logs.MESH_DECISIONS).stream()
                        .map(LogEntry::value)
                        .distinct()
                        .toList());
    }

    /** Its offsets mean nothing beside routes and snapshots of another log. */
    @Test
    void aMeshsLogThatWasMadeAnewEndsItsDecisionsAndNotThoseAboutEips() throws Exception {
        try (var first = coordinator()) {
            declare();
            awaitUsable(List.of(ACTIVE, PASSIVE));
            Eventually.holds(
                    Eventually.LONG,
                    "a snapshot is taken",
                    () -> read(Logs.MESH_SNAPSHOTS).stream()
                            .anyMatch(entry -> entry.value() instanceof RoutingSnapshot));
        }
        try (Admin admin = Admin.create(client())) {
            String log = Logs.MESH.topic().name();
            admin.deleteTopics(List.of(log)).all().get();
            Eventually.holds(Eventually.LONG, "the log is gone", () -> !isThere(admin, log));
        }
        LogSetup.ensure(client());
        try (var second = coordinator()) {
            var refusal = second.refusalOfMeshes().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertTrue(String.valueOf(refusal.getMessage()).contains("baton.mesh"), refusal::toString);
            Eventually.holds(Eventually.LONG, "EIPs are decided about", second::isRunning);
            assertEquals(List.of(ACTIVE, PASSIVE), usable());
        }
    }

    private static boolean isThere(Admin admin, String topic) {
        try {
            return admin.listTopics().names().get().contains(topic);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<MeshDecided> decidedAgain() {
        var decided = new ArrayList<MeshDecided>();
        var state = MeshState.start(MESH);
        for (var entry : read(Logs.MESH)) {
            var outcome = Routing.step(state, entry.offset(), entry.value());
            state = outcome.state();
            for (int i = 0; i < outcome.decisions().size(); i++) {
                decided.add(new MeshDecided(
                        MESH, entry.offset(), i, outcome.decisions().get(i)));
            }
        }
        return decided;
    }
}
