package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.admission.Families;
import dev.baton.bridge.admission.Webhook;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.Account;
import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import dev.baton.e2e.kube.kit.TestWebhook;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plain manifests: the API server accepts them, and each component may do what it needs and no more. */
@NeedsKube
class ManifestsE2E {
    private static final Path FOLDER = Path.of(System.getProperty("baton.root"), "deploy", "kubernetes");
    private static final String BRIDGE = "baton-bridge";
    private static final String CLEANUP = "baton-cleanup";

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("none");

    @BeforeAll
    static void start() {
        Account.install(kube.kubectl());
        kube.run(
                        "apply",
                        "--validate=strict",
                        "-f",
                        FOLDER.resolve("webhook.yaml").toString())
                .succeeded();
    }

    @Test
    void areTakenByTheApiServerAsTheyAre() {
        CommandResult said = kube.run("apply", "--dry-run=server", "--validate=strict", "-f", FOLDER.toString())
                .succeeded();
        for (String object : List.of(
                "deployment.apps/baton-bridge",
                "deployment.apps/baton-coordinator",
                "service/baton-bridge",
                "validatingwebhookconfiguration.admissionregistration.k8s.io/baton-webhook")) {
            assertTrue(said.out().contains(object), said::toString);
        }
        assertEquals("", said.err(), said::toString); // no warning either
        // Never applied with the others: it removes everything.
        assertFalse(said.out().contains("baton-cleanup"), said::toString);
        kube.run("apply", "--dry-run=server", "--validate=strict", "-f", FOLDER.resolve("cleanup") + "/")
                .succeeded();
    }

    @TestFactory
    Stream<DynamicTest> letEachDoWhatItNeeds() {
        return Stream.of(
                        may(BRIDGE, "", "list nodes", "watch pods", "list namespaces", "watch servicecidrs"),
                        may(BRIDGE, "", "list egressgateways", "watch egresspolicies", "patch egressgateways"),
                        may(BRIDGE, "", "patch egressgateways/status", "patch egresspolicies/status"),
                        may(BRIDGE, "", "patch egressclusterpolicies/status", "patch egresstunnels/status"),
                        may(BRIDGE, "", "create egresstunnels", "delete egressendpointslices", "create events"),
                        may(BRIDGE, "", "patch validatingwebhookconfigurations/baton-webhook"),
                        may(BRIDGE, "baton", "create leases", "update leases/baton-bridge", "create secrets"),
                        may(BRIDGE, "baton", "get secrets/baton-webhook", "update secrets/baton-webhook"),
                        may(CLEANUP, "", "delete egresstunnels", "patch egressgateways"),
                        may(CLEANUP, "", "delete mutatingwebhookconfigurations/baton-webhook"),
                        may(CLEANUP, "baton", "delete secrets/baton-webhook", "delete leases/baton-bridge"))
                .flatMap(tests -> tests);
    }

    @TestFactory
    Stream<DynamicTest> letNobodyDoMore() {
        return Stream.of(
                        mayNot(BRIDGE, "", "patch nodes", "update nodes", "delete pods", "create pods", "get secrets"),
                        mayNot(BRIDGE, "", "create egressgateways", "delete egressgateways", "update egressgateways"),
                        mayNot(
                                BRIDGE,
                                "",
                                "patch egresspolicies",
                                "delete egresspolicies",
                                "delete egressclusterinfos"),
                        mayNot(BRIDGE, "", "create validatingwebhookconfigurations", "patch clusterroles"),
                        mayNot(BRIDGE, "", "patch validatingwebhookconfigurations/others"),
                        mayNot(BRIDGE, "baton", "get secrets/others", "list secrets", "delete secrets/baton-webhook"),
                        mayNot(BRIDGE, "baton", "delete leases/baton-bridge", "patch leases/baton-bridge"),
                        mayNot(BRIDGE, "baton", "update leases/others", "create deployments"),
                        mayNot(CLEANUP, "", "delete egressgateways", "delete egresspolicies", "list secrets"),
                        mayNot("default", "", "list nodes", "list egressgateways", "list pods"))
                .flatMap(tests -> tests);
    }

    private static Stream<DynamicTest> may(String account, String namespace, String... actions) {
        return asked("yes", account, namespace, actions);
    }

    private static Stream<DynamicTest> mayNot(String account, String namespace, String... actions) {
        return asked("no", account, namespace, actions);
    }

    private static Stream<DynamicTest> asked(String answer, String account, String namespace, String... actions) {
        return Stream.of(actions)
                .map(action -> DynamicTest.dynamicTest(answer + ": " + account + " " + action, () -> {
                    String verb = action.substring(0, action.indexOf(' '));
                    String resource = action.substring(action.indexOf(' ') + 1);
                    boolean part = resource.endsWith("/status");
                    String kind = part ? resource.substring(0, resource.indexOf('/')) : resource;
                    CommandResult said = kube.kubectl()
                            .as("system:serviceaccount:baton:" + account)
                            .run(
                                    "auth",
                                    "can-i",
                                    verb,
                                    kind,
                                    "--subresource=" + (part ? "status" : ""),
                                    namespace.isEmpty() ? "--all-namespaces" : "--namespace=" + namespace);
                    assertEquals(answer, said.out().strip(), said::toString);
                }));
    }

    @Test
    void giveATokenToNobodyButTheBridgeAndTheCleanup() throws IOException {
        int looked = 0;
        try (var files = Files.walk(FOLDER)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                for (HasMetadata object : objects(file)) {
                    Optional<PodSpec> pod = pod(object);
                    if (pod.isPresent()) {
                        looked++;
                        boolean speaks = List.of(BRIDGE, CLEANUP)
                                .contains(object.getMetadata().getName());
                        assertEquals(speaks, pod.get().getAutomountServiceAccountToken(), object::toString);
                        assertEquals(
                                false,
                                pod.get()
                                        .getContainers()
                                        .getFirst()
                                        .getSecurityContext()
                                        .getAllowPrivilegeEscalation());
                    }
                }
            }
        }
        assertTrue(looked >= 3, "only " + looked + " pods were looked at");
    }

    private static List<HasMetadata> objects(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return kube.api().client().load(stream).items();
        }
    }

    private static Optional<PodSpec> pod(HasMetadata object) {
        return switch (object) {
            case Deployment deployment ->
                Optional.of(deployment.getSpec().getTemplate().getSpec());
            case DaemonSet daemons ->
                Optional.of(daemons.getSpec().getTemplate().getSpec());
            case Job job -> Optional.of(job.getSpec().getTemplate().getSpec());
            default -> Optional.empty();
        };
    }

    @Test
    void letTheBridgesAccountKeepUpTheWebhook() throws Exception {
        try (var client = new KubernetesClientBuilder()
                        .withConfig(Account.config(kube.api(), BRIDGE))
                        .build();
                Webhook _ = TestWebhook.serve(client, Families.BOTH)) {
            Eventually.holds(
                    Eventually.LONG,
                    "both configurations trust the bridge",
                    () -> Stream.of("validatingwebhookconfiguration", "mutatingwebhookconfiguration")
                            .noneMatch(kind -> kube.run(
                                            "get",
                                            kind,
                                            "baton-webhook",
                                            "-o",
                                            "jsonpath={.webhooks[0].clientConfig.caBundle}")
                                    .out()
                                    .isEmpty()));
        }
    }
}
