package dev.baton.e2e.kube.table;

import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.gatewayOf;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.object;
import static dev.baton.e2e.kube.table.EgressGatewayTableCluster.words;
import static dev.baton.e2e.kube.table.EgressGatewayTableRow.here;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.e2e.Eventually;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of pods and the slices that name them. */
record EgressGatewayTablePods(EgressGatewayTableCluster cluster) {
    private static final int MANY = 120;

    private static String policy(String name, String app) {
        return object(
                "EgressPolicy",
                name,
                "egressGatewayName: g35, appliedTo: {podSelector: {matchLabels: {app: " + app + "}}}");
    }

    private void apply(String namespace, String manifest) {
        cluster.kubectl.apply(manifest, "-n", namespace).succeeded();
    }

    private void namespace(String name) {
        cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}\n");
    }

    List<EgressGatewayTableRow> rows() {
        return List.of(
                here(35, "podSelector switched from set A to B: slices follow", () -> {
                    cluster.apply(gatewayOf("g35", "ipv4: [10.4.35.1-10.4.35.60]"));
                    namespace("n35");
                    cluster.pod("n35", "a", Map.of("app", "a"), "node1", "10.244.1.35");
                    cluster.pod("n35", "b", Map.of("app", "b"), "node2", "10.244.2.35");
                    apply("n35", policy("p35", "a"));
                    cluster.membersBecome(words("a=10.244.1.35@node1"), "n35", "p35");
                    apply("n35", policy("p35", "b"));
                    cluster.membersBecome(words("b=10.244.2.35@node2"), "n35", "p35");
                }),
                here(38, "policy deleted: gateway status and slices cleaned", () -> {
                    cluster.awaits(
                            "egw g35", EgressGatewayTableCluster.ENTRIES, "has p35", text -> text.contains("n35.p35,"));
                    cluster.kubectl.run("delete", "egp", "p35", "-n", "n35").succeeded();
                    cluster.becomes("", "egw g35", EgressGatewayTableCluster.ENTRIES);
                    cluster.becomes("60 of 60", "egw g35", EgressGatewayTableCluster.IPV4_USAGE);
                    cluster.becomes("", EgressGatewayTableCluster.slices("n35", "p35"), "{.items[*].metadata.name}");
                }),
                here(39, "namespaced policy, same labels elsewhere: the other namespace unaffected", () -> {
                    namespace("n39");
                    cluster.pod("n39", "a", Map.of("app", "a"), "node1", "10.244.1.39");
                    apply("n39", policy("p39", "a"));
                    cluster.apply(object(
                            "EgressClusterPolicy",
                            "cp39",
                            "egressGatewayName: g35, appliedTo: {podSelector: {matchLabels: {app: a}}}"));
                    cluster.membersBecome(words("a=10.244.1.39@node1"), "n39", "p39");
                    // A cluster policy has both.
                    cluster.becomes(
                            "10.244.1.35 10.244.1.39",
                            "egcep -l spidernet.io/policy-name=cp39",
                            "{.items[*].endpoints[*].ipv4[0]}");
                    assertEquals(words("a=10.244.1.39@node1"), cluster.members("n39", "p39"));
                }),
                here(
                        41,
                        "pods churned, ten replicas, three rounds: slices equal the pods; last pod gone, slice gone",
                        () -> {
                            namespace("n41");
                            apply("n41", policy("p41", "c"));
                            for (int round = 1; round <= 3; round++) {
                                var pods = new TreeSet<String>();
                                for (int i = 0; i < 10; i++) {
                                    String ip = "10.244." + (1 + i % 3) + "." + (100 + 10 * round + i);
                                    cluster.pod("n41", round + "-" + i, Map.of("app", "c"), "node" + (1 + i % 3), ip);
                                    pods.add(round + "-" + i + "=" + ip + "@node" + (1 + i % 3));
                                    if (round > 1) {
                                        cluster.deletePod("n41", round - 1 + "-" + i);
                                    }
                                }
                                cluster.membersBecome(pods, "n41", "p41");
                            }
                            for (int i = 0; i < 10; i++) {
                                cluster.deletePod("n41", "3-" + i);
                            }
                            cluster.becomes(
                                    "", EgressGatewayTableCluster.slices("n41", "p41"), "{.items[*].metadata.name}");
                        }),
                here(42, "StatefulSet pod made anew, same name, other address and node: slice updated", () -> {
                    namespace("n42");
                    apply("n42", policy("p42", "s"));
                    cluster.pod("n42", "s-0", Map.of("app", "s"), "node1", "10.244.1.42");
                    cluster.membersBecome(words("s-0=10.244.1.42@node1"), "n42", "p42");
                    cluster.deletePod("n42", "s-0");
                    cluster.pod("n42", "s-0", Map.of("app", "s"), "node3", "10.244.3.42");
                    cluster.membersBecome(words("s-0=10.244.3.42@node3"), "n42", "p42");
                }),
                here(
                        43,
                        "more than 100 pods: a second slice; freed room is filled before a new slice",
                        this::twoSlices),
                here(70, "policies a-b/c and a/b-c: separate source sets", () -> {
                    for (String namespace : List.of("a-b", "a")) {
                        namespace(namespace);
                        cluster.pod(
                                namespace,
                                "of-" + namespace,
                                Map.of("app", "x"),
                                "node1",
                                "10.244.1." + (70 + namespace.length()));
                    }
                    apply("a-b", policy("c", "x"));
                    apply("a", policy("b-c", "x"));
                    cluster.membersBecome(words("of-a-b=10.244.1.73@node1"), "a-b", "c");
                    cluster.membersBecome(words("of-a=10.244.1.71@node1"), "a", "b-c");
                    cluster.kubectl.run("delete", "egp", "c", "-n", "a-b").succeeded();
                    cluster.membersBecome(words(""), "a-b", "c");
                    assertEquals(words("of-a=10.244.1.71@node1"), cluster.members("a", "b-c"));
                }));
    }

    private void twoSlices() {
        namespace("n43");
        apply("n43", policy("p43", "m"));
        IntStream.range(0, MANY).forEach(this::one);
        sizesBecome("100 20");
        String second = members(1);
        List.of(members(0).split(" ")).subList(40, 45).forEach(pod -> cluster.deletePod("n43", pod));
        sizesBecome("95 20");
        IntStream.range(MANY, MANY + 5).forEach(this::one);
        sizesBecome("100 20");
        assertEquals(second, members(1));
    }

    private void one(int i) {
        cluster.pod("n43", "m-" + i, Map.of("app", "m"), "node1", "10.243." + i / 250 + "." + (1 + i % 250));
    }

    private String members(int slice) {
        return cluster.field(
                EgressGatewayTableCluster.slices("n43", "p43"), "{.items[" + slice + "].endpoints[*].pod}");
    }

    private void sizesBecome(String sizes) {
        Eventually.holds(Eventually.LONG, "the slices' sizes are " + sizes, () -> {
            String names = cluster.field(
                    EgressGatewayTableCluster.slices("n43", "p43"),
                    "{range .items[*]}{.endpoints[*].pod}{\"\\n\"}{end}");
            return names.lines()
                    .map(line -> String.valueOf(line.split(" ").length))
                    .collect(Collectors.joining(" "))
                    .equals(sizes);
        });
    }
}
