package dev.baton.bench;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIPBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A large cluster's objects. Nodes are dealt out to the gateways one after another, policies to the gateways and the
 * EIPs of their pools, and pods to the policies.
 */
record KubePopulation(int nodes, int gateways, int eips, int policies, int pods) {
    private static final int NAMESPACES = 100;
    /** Requests under way at a time. */
    private static final int AT_ONCE = 16;

    private int eipsOfGateway() {
        return eips / gateways;
    }

    static String namespace(int policy) {
        return "ns" + policy % NAMESPACES;
    }

    String eip(int policy) {
        return "10." + (100 + policy % gateways) + ".0." + (1 + policy / gateways % eipsOfGateway());
    }

    void create(KubernetesClient client) throws InterruptedException {
        each(
                NAMESPACES,
                n -> client.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace(n))
                                .endMetadata()
                                .build())
                        .create());
        each(nodes, n -> node(client, n));
        each(gateways, g -> apply(client, gateway(g)));
        each(policies, p -> apply(client, policy(p)));
        each(pods, p -> pod(client, p));
    }

    private static void each(int count, IntConsumer work) throws InterruptedException {
        var room = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = IntStream.range(0, count)
                    .mapToObj(i -> (Callable<Boolean>) () -> {
                        room.acquire();
                        try {
                            work.accept(i);
                            return true;
                        } finally {
                            room.release();
                        }
                    })
                    .toList();
            for (var task : threads.invokeAll(tasks)) {
                task.resultNow();
            }
        }
    }

    private static void apply(KubernetesClient client, String yaml) {
        client.resource(yaml).create();
    }

    private void node(KubernetesClient client, int n) {
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName("node" + n)
                .withLabels(Map.of(
                        "kubernetes.io/hostname",
                        "node" + n,
                        "kubernetes.io/os",
                        "linux",
                        "topology.kubernetes.io/zone",
                        "zone" + n % 3,
                        "gateway",
                        "g" + n % gateways))
                .endMetadata()
                .withNewStatus()
                .addNewAddress()
                .withType("InternalIP")
                .withAddress("10.0." + n / 250 + "." + (1 + n % 250))
                .endAddress()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
        client.resource(node).create();
        client.resource(node).patchStatus();
    }

    private String gateway(int g) {
        return """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: gw%d}
            spec:
              ippools: {ipv4: [10.%d.0.1-10.%d.0.%d]}
              nodeSelector: {selector: {matchLabels: {gateway: g%d}}}
            """.formatted(g, 100 + g, 100 + g, eipsOfGateway(), g);
    }

    private String policy(int p) {
        return """
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressPolicy
            metadata: {name: p%d, namespace: %s}
            spec:
              egressGatewayName: gw%d
              egressIP: {ipv4: %s}
              appliedTo: {podSelector: {matchLabels: {app: a%d}}}
            """.formatted(p, namespace(p), p % gateways, eip(p), p);
    }

    private void pod(KubernetesClient client, int n) {
        int policy = n % policies;
        String address = "10." + (10 + n / 60_000) + "." + n % 60_000 / 250 + "." + (1 + n % 250);
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName("pod" + n)
                .withNamespace(namespace(policy))
                .withLabels(Map.of("app", "a" + policy))
                .endMetadata()
                .withNewSpec()
                .withNodeName("node" + n % nodes)
                .addNewContainer()
                .withName("main")
                .withImage("registry.example/app:1")
                .endContainer()
                .endSpec()
                .build();
        client.resource(pod).create();
        String status = Serialization.asJson(Map.of(
                "status",
                Map.of(
                        "phase",
                        "Running",
                        "podIP",
                        address,
                        "podIPs",
                        List.of(new PodIPBuilder().withIp(address).build()))));
        client.pods()
                .inNamespace(namespace(policy))
                .withName("pod" + n)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), status);
    }
}
