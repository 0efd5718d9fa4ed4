package dev.baton.e2e.kube.table;

import dev.baton.bridge.Bridge;
import dev.baton.bridge.admission.Families;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.Crds;
import dev.baton.e2e.kube.kit.KubeApi;
import dev.baton.e2e.kube.kit.KubeFleet;
import dev.baton.e2e.kube.kit.Kubectl;
import dev.baton.e2e.kube.kit.TestWebhook;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The cluster on which the rows are checked: an API server that asks the webhook, a bridge, a coordinator and three
 * nodes whose agents record what they are told instead of programming a kernel. Each row has a gateway of its own, with
 * its number in its name and addresses.
 */
final class EgressGatewayTableCluster implements AutoCloseable {
    static final List<String> NODES = List.of("node1", "node2", "node3");
    static final String ALL = "{egress: 'true'}";
    static final String PODS = "appliedTo: {podSelector: {matchLabels: {app: web}}}";
    /** High, because many rows write at once; other tests check the limit. */
    private static final int WRITES_PER_SECOND = 500;

    private static final String CALICO_POOLS = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: ippools.crd.projectcalico.org}
        spec:
          group: crd.projectcalico.org
          scope: Cluster
          names: {kind: IPPool, plural: ippools, singular: ippool, listKind: IPPoolList}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """;

    final Kubectl kubectl;
    final KubeFleet fleet;
    private final KubeApi api;
    private final TestWebhook webhook;

    @SuppressWarnings("NullAway.Init")
    private Bridge bridge;

    private EgressGatewayTableCluster(KubeApi api, TestWebhook webhook, KubeFleet fleet) {
        this.api = api;
        this.kubectl = api.kubectl();
        this.webhook = webhook;
        this.fleet = fleet;
    }

    /** @param fleet of a name that no other test has */
    static EgressGatewayTableCluster start(String fleet, Path data)
            throws InterruptedException, IOException, GeneralSecurityException {
        KubeApi api = KubeApi.start(data.resolve("kube"), "--controllers", "garbage-collector-controller");
        Crds.install(api.kubectl());
        api.kubectl().apply(CALICO_POOLS).succeeded();
        TestWebhook webhook = TestWebhook.start(api, Families.BOTH);
        var cluster = new EgressGatewayTableCluster(api, webhook, new KubeFleet(api, fleet, data));
        for (int i = 1; i <= NODES.size(); i++) {
            cluster.fleet.addNode("node" + i, i, "egress: 'true'");
        }
        cluster.startBridge();
        cluster.fleet.reviveAgents(NODES);
        return cluster;
    }

    private void startBridge() {
        bridge = fleet.startBridge("first", WRITES_PER_SECOND);
    }

    Bridge bridge() {
        return bridge;
    }

    /** Removes the webhook: the coordinator then refuses what the webhook would have refused. */
    void withoutAdmission() {
        kubectl.run("delete", "validatingwebhookconfiguration", "--all").succeeded();
    }

    void label(String object, String label) {
        var arguments = new ArrayList<>(List.of("label", "--overwrite"));
        arguments.addAll(List.of(object.split(" ")));
        arguments.add(label);
        kubectl.run(arguments.toArray(new String[0])).succeeded();
    }

    /** Runs something while no bridge is running. */
    void withoutBridge(Runnable meanwhile) {
        fleet.stopBridge(bridge);
        meanwhile.run();
        startBridge();
    }

    static String object(String kind, String name, String spec) {
        return "{apiVersion: egressgateway.spidernet.io/v1beta1, kind: " + kind + ", metadata: {name: " + name
                + "}, spec: {" + spec + "}}\n";
    }

    /** @param nodes labels that select them */
    static String gatewayOf(String name, String pools, String nodes) {
        return object(
                "EgressGateway",
                name,
                "ippools: {" + pools + "}, nodeSelector: {selector: {matchLabels: " + nodes + "}}");
    }

    static String gatewayOf(String name, String pools) {
        return gatewayOf(name, pools, ALL);
    }

    /** @param more of the spec, ending with a comma and a blank, or nothing */
    static String policyOf(String name, String gateway, String more) {
        return object("EgressPolicy", name, "egressGatewayName: " + gateway + ", " + more + PODS);
    }

    void apply(String... manifests) {
        kubectl.apply(String.join("---\n", manifests)).succeeded();
    }

    /** Each of the manifests is refused, for this reason. */
    void refuses(String why, String... manifests) {
        for (String manifest : manifests) {
            kubectl.apply(manifest).refused(why);
        }
    }

    /** @param object kind, name and options, with blanks between */
    String field(String object, String path) {
        var arguments = new ArrayList<>(List.of("get"));
        arguments.addAll(List.of(object.split(" ")));
        arguments.addAll(List.of("-o", "jsonpath=" + path));
        return kubectl.run(arguments.toArray(new String[0])).out();
    }

    void becomes(String expected, String object, String path) {
        awaits(object, path, "is \"" + expected + "\"", expected::equals);
    }

    /** @return the value that was accepted */
    String awaits(String object, String path, String what, Predicate<String> condition) {
        String[] last = {""};
        return Eventually.get(
                Eventually.LONG, () -> object + " " + path + " " + what + "; it is \"" + last[0] + "\"", () -> {
                    last[0] = field(object, path);
                    return Optional.of(last[0]).filter(condition);
                });
    }

    String node(String policy) {
        return field("egp " + policy, "{.status.node}");
    }

    String awaitNode(String policy) {
        return awaits("egp " + policy, "{.status.node}", "is a node", NODES::contains);
    }

    /** The gateway's EIPs with the policies of each, on whatever nodes. */
    static final String ENTRIES = "{range .status.nodeList[*].eips[*]}{.ipv4}/{.ipv6}="
            + "{range .policies[*]}{.namespace}.{.name},{end} {end}";

    static final String IPV4_USAGE = "{.status.ipUsage.ipv4Free} of {.status.ipUsage.ipv4Total}";

    /** All EIPs that nodes hold, as they are shown, by node. */
    SortedMap<String, Integer> loads() {
        String lines = field(
                "egw", "{range .items[*]}{range .status.nodeList[*]}{.name} {range .eips[*]}x{end}{\"\\n\"}{end}{end}");
        var loads = new TreeMap<String, Integer>();
        lines.lines()
                .map(line -> line.split(" ", 2))
                .forEach(words -> loads.merge(words[0], words[1].length(), Integer::sum));
        return loads;
    }

    /** The coordinator's own word, with epochs, once no move at all is under way. */
    SortedMap<String, Assignment> settled(String gateway) {
        return Eventually.get(Eventually.LONG, () -> "no EIP moves", () -> {
            var assignments = new TreeMap<String, Assignment>();
            for (FleetEip eip : fleet.state().eips().values()) {
                assignments.put(
                        eip.assignment().gateway() + " " + eip.assignment().eip(), eip.assignment());
            }
            return assignments.values().stream()
                            .allMatch(eip -> eip.step() == AssignmentStep.HELD || eip.step() == AssignmentStep.WAITING)
                    ? Optional.of(new TreeMap<>(assignments.subMap(gateway + " ", gateway + "!")))
                    : Optional.empty();
        });
    }

    /** A pod as scheduler and kubelet leave it. */
    void pod(String namespace, String name, Map<String, String> labels, String node, String ip) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("c")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
        Pod made = api.client().resource(pod).create();
        made.setStatus(new PodBuilder()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(ip)
                .addNewPodIP(ip)
                .endStatus()
                .build()
                .getStatus());
        api.client().resource(made).patchStatus();
    }

    void deletePod(String namespace, String name) {
        api.client()
                .pods()
                .inNamespace(namespace)
                .withName(name)
                .withGracePeriod(0)
                .delete();
    }

    /** The pods in a policy's slices, as pod=address@node. */
    SortedSet<String> members(String namespace, String policy) {
        return words(field(slices(namespace, policy), "{range .items[*].endpoints[*]}{.pod}={.ipv4[0]}@{.node} {end}"));
    }

    static String slices(String namespace, String policy) {
        return "egep -n " + namespace + " -l spidernet.io/policy-name=" + policy;
    }

    void membersBecome(SortedSet<String> expected, String namespace, String policy) {
        Eventually.holds(
                Eventually.LONG,
                "the slices of " + namespace + "/" + policy + " have " + expected,
                () -> members(namespace, policy).equals(expected));
    }

    static SortedSet<String> words(String text) {
        var words = new TreeSet<>(Arrays.asList(text.strip().split(" +")));
        words.remove("");
        return words;
    }

    @Override
    public void close() {
        fleet.close();
        webhook.close();
        api.close();
    }
}
