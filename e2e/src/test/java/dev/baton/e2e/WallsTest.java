package dev.baton.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who may import whom. A breach fails the build; the table is in the README. */
class WallsTest {
    private static final String JAVA = "java..";
    private static final String NOTHING = "org.jspecify..";
    private static final String CONTRACT = "dev.baton.contract";
    private static final String MESH = "dev.baton.contract.mesh";
    private static final String WIRE = "dev.baton.contract.wire..";

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.baton");

    private static void onlyImports(String room, String... allowed) {
        var rooms = new ArrayList<>(List.of(allowed));
        rooms.addAll(List.of(room, JAVA, NOTHING));
        classes()
                .that()
                .resideInAPackage(room)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(rooms.toArray(new String[0]))
                .check(ALL);
    }

    @Test
    void allRoomsAreSeen() {
        assertTrue(ALL.size() > 200, () -> "only " + ALL.size() + " classes were found");
    }

    @Test
    void theContractImportsNothing() {
        onlyImports(CONTRACT);
        onlyImports(MESH, CONTRACT);
    }

    @Test
    void theWireImportsTheContractAvroAndKafkasClients() {
        onlyImports(
                WIRE, MESH, CONTRACT, "org.apache.avro..", "org.apache.kafka.clients..", "org.apache.kafka.common..");
    }

    @Test
    void coresImportTheContractOnly() {
        onlyImports("dev.baton.failover.core..", CONTRACT);
        onlyImports("dev.baton.failover.runner..", "dev.baton.failover.core..", MESH, CONTRACT);
        onlyImports("dev.baton.failover.health..", "dev.baton.failover.core..", MESH, CONTRACT);
        onlyImports("dev.baton.failover.routing..", "dev.baton.failover.core..", MESH, CONTRACT);
        onlyImports(
                "dev.baton.failover.mesh..",
                "dev.baton.failover.runner..",
                "dev.baton.failover.health..",
                "dev.baton.failover.routing..",
                "dev.baton.failover.core..",
                MESH,
                CONTRACT);
        onlyImports("dev.baton.heartbeat.core..", CONTRACT);
        onlyImports("dev.baton.prober.core..", MESH);
        onlyImports("dev.baton.datapath.core..", CONTRACT);
        onlyImports("dev.baton.agent.core..", "dev.baton.datapath.core..", "dev.baton.heartbeat.core..", CONTRACT);
    }

    @Test
    void coresHaveNoClockNoRandomnessNoThreadsNoInputOrOutputAndNoHashOrder() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.baton.failover.core..",
                        "dev.baton.failover.runner..",
                        "dev.baton.failover.health..",
                        "dev.baton.failover.routing..",
                        "dev.baton.failover.mesh..",
                        "dev.baton.heartbeat.core..",
                        "dev.baton.prober.core..",
                        "dev.baton.datapath.core..",
                        "dev.baton.agent.core..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(HashMap.class, HashSet.class, Random.class, UUID.class, Thread.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.nio..", "java.net..", "java.util.concurrent..")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(ALL);
    }

    @Test
    void theFoldsShellKnowsTheFoldsAndKafka() {
        onlyImports(
                "dev.baton.failover.topology..",
                "dev.baton.failover.core..",
                "dev.baton.failover.runner..",
                "dev.baton.failover.health..",
                "dev.baton.failover.routing..",
                "dev.baton.failover.mesh..",
                MESH,
                CONTRACT,
                WIRE,
                "org.apache.kafka..");
        onlyImports(
                "dev.baton.failover.replay..",
                "dev.baton.failover.core..",
                "dev.baton.failover.health..",
                "dev.baton.failover.routing..",
                MESH,
                CONTRACT,
                WIRE,
                "org.apache.kafka..");
    }

    @Test
    void theDatapathKnowsNeitherKafkaNorTheWire() {
        onlyImports("dev.baton.datapath..", CONTRACT, "org.slf4j..");
    }

    @Test
    void theRoomsOfTheLinuxDatapathImportOnlyThoseBeforeThem() {
        importOnlyThoseBefore(
                "dev.baton.datapath.linux",
                List.of("tool", "netlink", "conntrack", "route", "claim", "path", "nft", "iptables", "fence"));
    }

    @Test
    void theRoomsOfTheSimulatorImportOnlyThoseBeforeThem() {
        importOnlyThoseBefore("dev.baton.sim", List.of("model", "menu", "world", "law", "fault"));
    }

    private static void importOnlyThoseBefore(String house, List<String> rooms) {
        for (int i = 0; i < rooms.size(); i++) {
            var above = rooms.subList(i + 1, rooms.size()).stream()
                    .map(room -> house + "." + room)
                    .collect(Collectors.toCollection(ArrayList::new));
            above.add(house);
            noClasses()
                    .that()
                    .resideInAPackage(house + "." + rooms.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(above.toArray(new String[0]))
                    .check(ALL);
        }
    }

    @Test
    void theAgentJoinsHeartbeatsLogsAndDatapathAndKnowsNoLinux() {
        onlyImports(
                "dev.baton.agent..",
                "dev.baton.heartbeat..",
                "dev.baton.datapath",
                "dev.baton.datapath.core..",
                "dev.baton.metrics",
                CONTRACT,
                WIRE,
                "org.apache.kafka..",
                "org.slf4j..");
    }

    /** Beside another controller's datapath it leaves no trace: it can start no program and open no socket. */
    @Test
    void theRecordedDatapathKnowsNothingThatCouldTouchAKernel() {
        noClasses()
                .that()
                .resideInAPackage("dev.baton.datapath.record..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.baton.datapath.linux..", "java.net..", "java.nio.channels..", "java.lang.foreign..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class, Process.class)
                .check(ALL);
    }

    /** The reason why a bridge in observe mode changes nothing: there is no second way to the API server. */
    @Test
    void theBridgeReachesTheApiServerOnlyThroughItsGate() {
        noClasses()
                .that()
                .resideInAPackage("dev.baton.bridge..")
                .and()
                .doNotHaveSimpleName("ApiServer")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(KubernetesClientBuilder.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(ALL);
    }

    @Test
    void whatProxiesAreShownKnowsNeitherServerNorLog() {
        onlyImports("dev.baton.xds.resource..", "com.google.protobuf..");
        onlyImports(
                "dev.baton.xds.render..",
                CONTRACT,
                MESH,
                "dev.baton.xds.resource..",
                "com.google.protobuf..",
                "io.envoyproxy.envoy..");
        onlyImports(
                "dev.baton.xds.stream..",
                "dev.baton.xds.resource..",
                "com.google.protobuf..",
                "com.google.rpc..",
                "io.envoyproxy.envoy..");
    }

    @Test
    void theXdsServerKnowsNotWhatItServes() {
        onlyImports(
                "dev.baton.xds",
                MESH,
                "dev.baton.xds.resource..",
                "dev.baton.xds.stream..",
                "io.envoyproxy.envoy..",
                "com.google.protobuf..",
                "io.grpc..",
                "org.slf4j..");
    }

    @Test
    void heartbeatsKnowNoDatapathAndNoCoordinator() {
        onlyImports("dev.baton.heartbeat..", CONTRACT, WIRE, "org.apache.kafka..", "org.slf4j..");
    }

    @Test
    void theProberKnowsNeitherKafkaNorTheWire() {
        onlyImports("dev.baton.prober..", MESH, CONTRACT, "dev.baton.metrics", "io.netty..", "org.slf4j..");
    }

    @Test
    void theBridgeKnowsTheContractAndKubernetes() {
        // fabric8 has its types described, and its trees made, by Jackson.
        onlyImports(
                "dev.baton.bridge..",
                MESH,
                CONTRACT,
                "dev.baton.metrics",
                "io.fabric8..",
                "com.fasterxml.jackson..",
                "org.snakeyaml.engine..",
                "org.slf4j..",
                "com.sun.net.httpserver..", // the JDK's, for the webhook
                "javax.net.ssl..");
    }

    @Test
    void theBridgesPackagesHaveNoCircleAndWhatIsKnownKnowsNoApiServer() {
        slices().matching("dev.baton.bridge.(*)..").should().beFreeOfCycles().check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.baton.bridge.manifest..",
                        "dev.baton.bridge.state..",
                        "dev.baton.bridge.status..",
                        "dev.baton.bridge.beside..",
                        "dev.baton.bridge.report..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.baton.bridge.watch..", "dev.baton.bridge.write..", "io.fabric8.kubernetes.client.dsl..")
                .check(ALL);
    }

    @Test
    void generatedAvroStaysInsideTheWire() {
        noClasses()
                .that()
                .resideOutsideOfPackage(WIRE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.baton.contract.wire.avro..")
                .check(ALL);
    }

    @Test
    void nobodyImportsTheLauncherButTheTestsAndTheSimulatorsCommand() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.baton.launcher..", "dev.baton.sim..", "dev.baton.bench..", "dev.baton.e2e..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.baton.launcher..")
                .check(ALL);
    }
}
