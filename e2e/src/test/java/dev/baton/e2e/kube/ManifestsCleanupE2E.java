package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.Cleanup;
import dev.baton.bridge.Mode;
import dev.baton.e2e.kube.kit.Account;
import dev.baton.e2e.kube.kit.Crds;
import dev.baton.e2e.kube.kit.KubeApi;
import dev.baton.e2e.kube.kit.Kubectl;
import dev.baton.e2e.kube.kit.NeedsKube;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cleanup, run with the rights that the manifests give it, and what it leaves. */
@NeedsKube
class ManifestsCleanupE2E {
    private static final Path FOLDER = Path.of(System.getProperty("baton.root"), "deploy", "kubernetes");

    private static final String MADE = """
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressGateway
        metadata: {name: egw1, finalizers: [example.org/mine, egressgateway.spidernet.io/egressgateway]}
        spec: {nodeSelector: {selector: {matchLabels: {egress: "true"}}}}
        ---
        apiVersion: egressgateway.spidernet.io/v1beta1
        kind: EgressPolicy
        metadata: {name: web, namespace: default}
        spec: {egressGatewayName: egw1, appliedTo: {podSelector: {matchLabels: {app: web}}}}
        ---
        {apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressTunnel, metadata: {name: node1}}
        ---
        {apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressClusterInfo, metadata: {name: default}, spec: {}}
        ---
        {apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressEndpointSlice, metadata: {name: s, namespace: default}}
        ---
        {apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressClusterEndpointSlice, metadata: {name: s}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: baton-webhook, namespace: baton}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: others, namespace: baton}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: baton-report, namespace: baton}}
        ---
        apiVersion: coordination.k8s.io/v1
        kind: Lease
        metadata: {name: baton-bridge, namespace: baton}
        spec: {holderIdentity: somebody, leaseDurationSeconds: 10, renewTime: "%s"}
        """;

    private static final String BESIDE = """
        apiVersion: coordination.k8s.io/v1
        kind: Lease
        metadata: {name: egressgateway, namespace: kube-system}
        spec: {holderIdentity: controller-0, leaseDurationSeconds: 15, renewTime: "%s"}
        """;

    private static final String VERSIONS =
            "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{'\\n'}{end}";

    @Test
    void leavesWhatIsItsUsersAndNothingElse(@TempDir Path data) throws IOException {
        try (var api = KubeApi.start(data, "--controllers", "none")) {
            Kubectl kubectl = api.kubectl();
            Crds.install(kubectl);
            kubectl.run("apply", "-f", FOLDER.toString()).succeeded();
            Account.install(kubectl);
            // No controller runs here; it would report nodes only when they are clean.
            kubectl.run(
                            "patch",
                            "daemonset/baton-agent",
                            "--namespace=baton",
                            "--subresource=status",
                            "--type=merge",
                            "--patch={\"status\": {\"observedGeneration\": 9}}")
                    .succeeded();
            Instant now = Instant.parse("2026-01-01T00:00:00Z");
            kubectl.apply(MADE.formatted("2026-01-01T00:00:00.000000Z")).succeeded();
            try (KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(Account.config(api, "baton-cleanup"))
                    .build()) {
                var early = new Cleanup(client, "baton", Duration.ofMillis(300), InstantSource.fixed(now), Mode.ACTIVE);
                var led = assertThrows(IllegalStateException.class, early::run);
                assertTrue(String.valueOf(led.getMessage()).contains("a bridge still leads"), led::toString);
                kubectl.run("get", "egt", "node1").succeeded();
                assertEquals(
                        "0",
                        kubectl.run(
                                        "get",
                                        "deployment",
                                        "baton-bridge",
                                        "-n",
                                        "baton",
                                        "-o",
                                        "jsonpath={.spec.replicas}")
                                .out());
                var due = new Cleanup(
                        client, "baton", Duration.ofSeconds(30), InstantSource.fixed(now.plusSeconds(11)), Mode.ACTIVE);
                due.run();
                due.run(); // and again
            }
            assertEquals(
                    "",
                    kubectl.run("get", "egt,egep,egcep,egci", "-A", "-o", "name")
                            .succeeded()
                            .out());
            for (String gone : new String[] {
                "secret/baton-webhook",
                "lease/baton-bridge",
                "validatingwebhookconfiguration/baton-webhook",
                "mutatingwebhookconfiguration/baton-webhook"
            }) {
                kubectl.run("get", gone, "-n", "baton").refused("NotFound");
            }
            assertEquals(
                    "[\"example.org/mine\"]",
                    kubectl.run("get", "egw", "egw1", "-o", "jsonpath={.metadata.finalizers}")
                            .succeeded()
                            .out());
            assertEquals(
                    "[\"--cleanup\",\"--idle\"] 100%",
                    kubectl.run(
                                    "get",
                                    "daemonset/baton-agent",
                                    "--namespace=baton",
                                    "--output=jsonpath={.spec.template.spec.containers[0].args}"
                                            + " {.spec.updateStrategy.rollingUpdate.maxUnavailable}")
                            .succeeded()
                            .out());
            kubectl.run("get", "egp/web", "-n", "default").succeeded();
            kubectl.run("get", "secret/others", "-n", "baton").succeeded();
        }
    }
}
