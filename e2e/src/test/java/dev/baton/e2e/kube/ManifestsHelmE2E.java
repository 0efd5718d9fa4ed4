package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.SettingsDeclared;
import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsHelm;
import dev.baton.e2e.kube.kit.NeedsKube;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chart works with the values of EgressGateway's users, and the API server accepts it. */
@NeedsKube
@NeedsHelm
class ManifestsHelmE2E {
    private static final Path CHART = Path.of(System.getProperty("baton.root"), "deploy", "charts", "baton");

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("none");

    @BeforeAll
    static void start() {
        kube.apply("{apiVersion: v1, kind: Namespace, metadata: {name: egress}}")
                .succeeded();
    }

    private static CommandResult helm(String... arguments) {
        var command = new ArrayList<String>();
        command.add(Objects.requireNonNull(System.getenv(NeedsHelm.VARIABLE)));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("HOME", kube.folder().toString());
        return CommandResult.by(builder, "", CommandResult.LIMIT);
    }

    private static String template(String... values) {
        var arguments = new ArrayList<>(
                List.of("template", "baton", CHART.toString(), "--namespace=egress", "--kube-version=1.34.4"));
        arguments.addAll(List.of(values));
        return helm(arguments.toArray(new String[0])).succeeded().out();
    }

    private static List<HasMetadata> objects(String rendered) {
        return kube.api()
                .client()
                .load(new ByteArrayInputStream(rendered.getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    private static <T extends HasMetadata> T one(List<HasMetadata> objects, Class<T> type, String name) {
        return objects.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(object -> object.getMetadata().getName().equals(name))
                .reduce((a, b) -> {
                    throw new AssertionError("two of " + name);
                })
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
    }

    @Test
    void isWellFormed() {
        CommandResult said = helm("lint", "--strict", CHART.toString());
        assertEquals(0, said.status(), said::toString);
    }

    @Test
    void isTakenByTheApiServer() {
        CommandResult said = kube.apply(template("--include-crds"), "--dry-run=server", "--validate=strict")
                .succeeded();
        for (String object : List.of(
                "customresourcedefinition.apiextensions.k8s.io/egressgateways.egressgateway.spidernet.io",
                "deployment.apps/baton-coordinator",
                "deployment.apps/baton-bridge",
                "mutatingwebhookconfiguration.admissionregistration.k8s.io/baton-webhook",
                "job.batch/baton-cleanup",
                "job.batch/baton-settings created",
                "job.batch/baton-settings-ahead created")) {
            assertTrue(said.out().contains(object), said::toString);
        }
    }

    @Test
    void putsEverythingIntoItsOwnNamespace() {
        List<HasMetadata> objects = objects(template());
        assertTrue(objects.size() > 15, () -> "only " + objects.size());
        for (HasMetadata object : objects) {
            String namespace = object.getMetadata().getNamespace();
            assertTrue(namespace == null || namespace.equals("egress"), object::toString);
        }
        assertEquals(
                "egress",
                one(objects, ClusterRoleBinding.class, "baton-bridge")
                        .getSubjects()
                        .getFirst()
                        .getNamespace());
        assertEquals(
                "egress",
                one(objects, ValidatingWebhookConfiguration.class, "baton-webhook")
                        .getWebhooks()
                        .getFirst()
                        .getClientConfig()
                        .getService()
                        .getNamespace());
    }

    @Test
    void takesTheValuesOfEgressGatewaysUsers() {
        List<HasMetadata> objects = objects(template(
                "--set=controller.replicas=3",
                "--set=feature.gatewayFailover.tunnelMonitorPeriod=5",
                "--set=feature.gatewayFailover.tunnelUpdatePeriod=5",
                "--set=feature.gatewayFailover.eipEvictionTimeout=15",
                "--set=feature.tunnelIpv4Subnet=172.30.0.0/16",
                "--set=feature.enableIPv6=false",
                "--set=feature.datapathMode=iptables",
                "--set=feature.unknownPods=hold",
                "--set=feature.unknownPodsWait=2s",
                "--set=kafka.bootstrap=kafka.example:9093",
                "--set=image.tag=9.9",
                "--set=agent.resources.limits.memory=300Mi"));
        for (String name : List.of("baton-coordinator", "baton-bridge")) {
            Deployment deployment = one(objects, Deployment.class, name);
            assertEquals(3, deployment.getSpec().getReplicas());
            var container =
                    deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
            assertEquals("baton:9.9", container.getImage());
            assertTrue(container.getResources().getRequests().containsKey("memory"));
        }
        var agent = one(objects, DaemonSet.class, "baton-agent")
                .getSpec()
                .getTemplate()
                .getSpec();
        assertTrue(agent.getContainers().getFirst().getEnv().stream()
                .anyMatch(variable -> variable.getName().equals("BATON_DATAPATH")
                        && variable.getValue().equals("iptables")));
        var settings = one(objects, ConfigMap.class, "baton").getData();
        assertEquals("15s", settings.get("BATON_EVICTION_TIMEOUT"));
        assertEquals("5s", settings.get("BATON_UPDATE_PERIOD"));
        assertEquals("5s", settings.get("BATON_MONITOR_PERIOD"));
        assertEquals("kafka.example:9093", settings.get("BATON_BOOTSTRAP"));
        assertEquals("false", settings.get("BATON_ENABLE_IPV6"));
        for (String name : List.of("baton", "baton-agent")) {
            var data = one(objects, ConfigMap.class, name).getData();
            assertEquals("hold", data.get("BATON_UNKNOWN_PODS"), name);
            assertEquals("2s", data.get("BATON_UNKNOWN_PODS_WAIT"), name);
        }
        for (String off : List.of("off", "false")) { // YAML takes off for false
            assertEquals(
                    "off",
                    one(objects(template("--set=feature.unknownPods=" + off)), ConfigMap.class, "baton")
                            .getData()
                            .get("BATON_UNKNOWN_PODS"));
        }
        var declared = declared(objects);
        assertEquals(Duration.ofSeconds(15), declared.settings().timings().eipEvictionTimeout());
        assertEquals("172.30.0.0/16", declared.settings().tunnelIpv4Subnet().toString());
        assertEquals("fd11::/112", declared.settings().tunnelIpv6Subnet().toString());
    }

    /** Beside EgressGateway nothing of Baton acts: not the bridge, not the agents, no webhook, and not the cleanup. */
    @Test
    void observesIfAskedTo() {
        List<HasMetadata> objects =
                objects(template("--set=feature.mode=observe", "--set=feature.datapathMode=iptables"));
        assertTrue(objects.stream().noneMatch(object -> object.getKind().endsWith("WebhookConfiguration")));
        var bridge = container(
                one(objects, Deployment.class, "baton-bridge").getSpec().getTemplate());
        assertEquals("observe", environment(bridge, "BATON_MODE"));
        var cleanup =
                container(one(objects, Job.class, "baton-cleanup").getSpec().getTemplate());
        assertEquals("observe", environment(cleanup, "BATON_MODE"));
        var agent =
                container(one(objects, DaemonSet.class, "baton-agent").getSpec().getTemplate());
        assertEquals("record", environment(agent, "BATON_DATAPATH"));
        assertEquals("stay", environment(agent, "BATON_STOP"));
        assertEquals(List.of(), agent.getSecurityContext().getCapabilities().getAdd());

        List<HasMetadata> acting = objects(template());
        assertEquals(
                "active",
                environment(
                        container(one(acting, Deployment.class, "baton-bridge")
                                .getSpec()
                                .getTemplate()),
                        "BATON_MODE"));
        assertEquals(
                2,
                acting.stream()
                        .filter(object -> object.getKind().endsWith("WebhookConfiguration"))
                        .count());
        assertTrue(helm("template", "baton", CHART.toString(), "--kube-version=1.34.4", "--set=feature.mode=watch")
                .err()
                .contains("feature.mode is active or observe"));
    }

    private static Container container(PodTemplateSpec pod) {
        return pod.getSpec().getContainers().getFirst();
    }

    private static String environment(Container container, String name) {
        return container.getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .map(EnvVar::getValue)
                .findFirst()
                .orElseThrow();
    }

    /** As the document on failover names them, without gatewayFailover. */
    @Test
    void takesTheTimingsOfTheDocumentToo() {
        var settings = one(objects(template("--set=feature.eipEvictionTimeout=20")), ConfigMap.class, "baton")
                .getData();
        assertEquals("20s", settings.get("BATON_EVICTION_TIMEOUT"));
        assertEquals("250ms", settings.get("BATON_MONITOR_PERIOD"));
    }

    @Test
    void cleansUpOnlyIfAskedTo() {
        assertTrue(template().contains("helm.sh/hook: pre-delete"));
        String without = template("--set=cleanup.enable=false");
        assertFalse(without.contains("pre-delete") || without.contains("baton-cleanup"), without);
    }

    /** The chart has the agents' manifest, with its values. */
    @Test
    void runsTheAgentsOfTheManifest() {
        List<HasMetadata> objects = objects(template("--set=agent.resources.limits.memory=300Mi"));
        List<DaemonSet> agents = objects.stream()
                .filter(DaemonSet.class::isInstance)
                .map(DaemonSet.class::cast)
                .toList();
        Path manifest = Path.of(System.getProperty("baton.root"), "deploy", "kubernetes", "agent.yaml");
        assertEquals(Files.exists(manifest) ? 1 : 0, agents.size());
        agents.forEach(agent -> {
            var pod = agent.getSpec().getTemplate().getSpec();
            assertEquals(true, pod.getHostNetwork());
            assertEquals(false, pod.getAutomountServiceAccountToken());
            var limits = pod.getContainers().getFirst().getResources().getLimits();
            assertEquals("300Mi", String.valueOf(limits.get("memory")));
        });
    }

    private static SettingsDeclared declared(List<HasMetadata> objects) {
        String manifest = settings(objects, "baton-settings");
        assertEquals(manifest, settings(objects, "baton-settings-ahead"));
        return Manifest.read("settings.yaml", manifest, List.of()).declarations().stream()
                .filter(SettingsDeclared.class::isInstance)
                .map(SettingsDeclared.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** What a Job declares. */
    private static String settings(List<HasMetadata> objects, String job) {
        return one(objects, Job.class, job)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv()
                .stream()
                .filter(variable -> variable.getName().equals("SETTINGS"))
                .map(EnvVar::getValue)
                .findFirst()
                .orElseThrow();
    }
}
