package dev.baton.e2e.cluster;

import dev.baton.contract.MacAddress;
import dev.baton.contract.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Stands in for EgressGateway 0.6: writes its statuses as its controller does, has a pod with its controller's label,
 * and programs nodes as its agents do.
 */
final class EgressGatewayStandIn {
    private static final int FIRST_MARK = 0x26b7b4e0;
    private static final String MANAGER = "--field-manager=controller";

    private static final String CONTROLLER = """
        apiVersion: v1
        kind: Pod
        metadata: {name: egressgateway-controller, namespace: kube-system, labels: {app.kubernetes.io/component: egressgateway-controller}}
        spec:
          automountServiceAccountToken: false
          terminationGracePeriodSeconds: 0
          containers: [{name: controller, image: "localhost/busybox:1", imagePullPolicy: Never, command: [sleep, "3600"]}]
        """;

    private final Cluster cluster;
    private final List<String> nodes;

    /** A policy, and the label {@code app} of its pods. */
    record Policy(String kind, String name, String app) {
        private boolean isNamespaced() {
            return kind.equals("egp");
        }

        /** From which its sets are named. */
        String key() {
            return isNamespaced() ? "default-" + name : name;
        }

        private String inGatewayStatus() {
            return "{\"name\": \"" + name + "\"" + (isNamespaced() ? ", \"namespace\": \"default\"}" : "}");
        }
    }

    /** An EIP, the policy that has it, and the node that it is on. */
    record Placed(String eip, Policy policy, String node) {}

    /** A tunnel as its status has it. */
    record Tunnel(String ipv4, String mac, String mark) {}

    EgressGatewayStandIn(Cluster cluster, List<String> nodes) {
        this.cluster = cluster;
        this.nodes = nodes;
    }

    void startController() {
        cluster.kubectl().apply(CONTROLLER).succeeded();
        cluster.kubectl("-n kube-system wait --for=condition=Ready --timeout=50s pod/egressgateway-controller");
    }

    void stopController() {
        cluster.kubectl("-n kube-system delete pod egressgateway-controller");
    }

    /** Draws marks and tunnel addresses, and says which EIP is where. */
    void allocate(List<Placed> eips) {
        String form = "{apiVersion: egressgateway.spidernet.io/v1beta1, kind: EgressTunnel, metadata: {name: %s}}\n";
        cluster.kubectl()
                .apply(nodes.stream().map(form::formatted).collect(Collectors.joining("---\n")))
                .succeeded();
        for (String node : nodes) {
            int n = EgressSetup.number(node);
            status("egt/" + node, """
                {"phase": "Ready", "mark": "0x%08x", "tunnel": {"ipv4": "172.31.7.%d", "mac": "%s",
                "parent": {"name": "eth0", "ipv4": "10.89.0.%d"}}}
                """.formatted(FIRST_MARK + n, 200 + n, MacAddress.ofNode(new NodeId(node)), 10 + n));
        }
        String list = EgressSetup.GATEWAY_NODES.stream()
                .map(node ->
                        "{\"name\": \"" + node + "\", \"status\": \"Ready\", \"eips\": [" + entries(eips, node) + "]}")
                .collect(Collectors.joining(", "));
        status("egw/egw1", "{\"ipUsage\": {\"ipv4Total\": 2, \"ipv4Free\": 0}, \"nodeList\": [" + list + "]}");
        for (Placed placed : eips) {
            status(
                    placed.policy().kind() + "/" + placed.policy().name(),
                    "{\"eip\": {\"ipv4\": \"" + placed.eip() + "\"}, \"node\": \"" + placed.node() + "\"}");
        }
    }

    private static String entries(List<Placed> eips, String node) {
        return eips.stream()
                .filter(placed -> placed.node().equals(node))
                .map(placed -> "{\"ipv4\": \"" + placed.eip() + "\", \"policies\": ["
                        + placed.policy().inGatewayStatus() + "]}")
                .collect(Collectors.joining(", "));
    }

    private void status(String object, String status) {
        String patch = "{\"status\": " + status.replace("\n", " ") + "}";
        cluster.kubectl()
                .run("patch", object, "--subresource=status", "--type=merge", MANAGER, "-p", patch)
                .succeeded();
    }

    /** Its agents begin: they program each node from the statuses, and answer for the EIPs. */
    void startAgents(List<Placed> eips) {
        SortedMap<String, Tunnel> tunnels = tunnels();
        SortedMap<String, String> pods = pods();
        for (String node : nodes) {
            var rules = new EgressGatewayRules(node, tunnels, eips, pods);
            cluster.in(node, "bash", "-c", rules.script());
            answer(node, eips, "add");
        }
    }

    /** Its agents end: nobody answers for the EIPs any more, and all else stays. */
    void stopAgents(List<Placed> eips) {
        nodes.forEach(node -> answer(node, eips, "del"));
    }

    /** Its agent does it by itself; here the kernel does, for an address that no interface has. */
    private void answer(String node, List<Placed> eips, String change) {
        for (Placed placed : eips) {
            if (placed.node().equals(node)) {
                String script = "ip route %1$s %2$s dev lo; ip neigh %1$s proxy %2$s dev eth0";
                cluster.in(node, "bash", "-ec", script.formatted(change, placed.eip()));
            }
        }
    }

    private SortedMap<String, Tunnel> tunnels() {
        String form =
                "{range .items[*]}{.metadata.name} {.status.tunnel.ipv4} {.status.tunnel.mac} {.status.mark}{'\\n'}"
                        + "{end}";
        var tunnels = new TreeMap<String, Tunnel>();
        list("egt", form).forEach(words -> tunnels.put(words[0], new Tunnel(words[1], words[2], words[3])));
        return tunnels;
    }

    /** The node of each pod, by its address and the value of its label {@code app}. */
    private SortedMap<String, String> pods() {
        var pods = new TreeMap<String, String>();
        list("pods", "{range .items[*]}{.status.podIP}/{.metadata.labels.app} {.spec.nodeName}{'\\n'}{end}")
                .forEach(words -> pods.put(words[0], words[1]));
        return pods;
    }

    private List<String[]> list(String kind, String form) {
        String out = cluster.kubectl()
                .run("get", kind, "-o", "jsonpath=" + form)
                .succeeded()
                .out();
        return Objects.requireNonNull(out).lines().map(line -> line.split(" ")).toList();
    }
}
