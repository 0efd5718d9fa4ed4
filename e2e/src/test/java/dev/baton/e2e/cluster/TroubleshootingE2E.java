package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.e2e.kube.kit.KubeAssets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The guides for troubleshooting, command by command: each prints what the page shows. */
@NeedsCluster
class TroubleshootingE2E {
    private static final String POD_NODE = "node1";
    private static final String EGRESS_NODE = "node2";
    private static final int FIRST_EIP = 0x26100001;
    /** The number of the table for tunnel arrivals minus the mark. */
    private static final int FROM_TUNNEL = 0x00100000;

    private static final String GUIDES_EIP = "10.89.0.57";

    private final EgressSetup egress = EgressSetup.shared();
    private boolean byIptables;

    @AfterEach
    void agentsAreAsShippedAgain() {
        if (byIptables) {
            egress.cluster.kubectl().run("delete", "egp/test", "deploy/visitor").succeeded();
            EgressSetup.until(
                    "the gateway of the guide is gone",
                    () -> egress.cluster
                                    .kubectl()
                                    .run("delete", "--ignore-not-found", "egw/default")
                                    .status()
                            == 0);
            egress.product.deployAgents(BatonOnCluster.Agents.SHIPPED);
            egress.settle();
        }
    }

    @Test
    void eachCommandPrintsWhatThePageShows() throws IOException {
        egress.settle();
        moveToEgressNode(EgressSetup.EIP, "policy1");
        egress.settle();
        printsWhatItShows("troubleshooting", "web");
    }

    /** Under the names that the guide has: policy "test" of gateway "default", and a pod with app=visitor. */
    @Test
    void byIptablesEachCommandOfEgressGatewaysGuidePrintsWhatItShows() throws IOException {
        byIptables = true;
        egress.product.deployAgents(new BatonOnCluster.Agents("iptables", "leave"));
        egress.settle();
        egress.apply("guide.yaml");
        egress.awaitField("egp test", "{.status.eip.ipv4}", GUIDES_EIP);
        moveToEgressNode(GUIDES_EIP, "test");
        egress.cluster.kubectl("rollout status deployment/visitor --timeout=50s");
        EgressSetup.until(
                "the pod is seen as the EIP",
                () -> in("visitor", "wget -qO- http://" + Cluster.SERVER + ":8080")
                        .out()
                        .strip()
                        .equals(GUIDES_EIP));
        printsWhatItShows("troubleshooting-iptables", "visitor");
    }

    private void moveToEgressNode(String eip, String policy) {
        if (!egress.field("egp " + policy, "{.status.node}").equals(EGRESS_NODE)) {
            egress.product.services.baton("move " + eip + " --to " + EGRESS_NODE);
        }
        egress.awaitField("egp " + policy, "{.status.node}", EGRESS_NODE);
    }

    private void printsWhatItShows(String page, String app) throws IOException {
        List<DocPage.Shown> all = DocPage.read(Path.of(System.getProperty("baton.root"), "deploy/docs", page + ".md"));
        assertTrue(all.size() > 15, () -> "only " + all.size() + " commands on the page");
        var differences = new ArrayList<String>();
        var printed = new StringBuilder();
        int number = eipNumber();
        for (DocPage.Shown onPage : all) {
            DocPage.Shown shown = onPage.with(text -> here(text, number));
            CommandResult said = type(shown, app);
            printed.append(shown.place() + "$ " + shown.command() + "\n" + said.out() + said.err());
            String missing = shown.missing(said.out());
            if (!missing.isEmpty()) {
                differences.add(shown.place() + "$ " + shown.command() + "\nmissing: " + missing + "\nprinted: "
                        + said.out() + said.err());
            }
        }
        Files.writeString(Path.of("target", page + ".txt"), printed); // for whoever changes the page
        System.out.println(page + ": " + all.size() + " commands; " + differences.size()
                + " of them print something else than the page shows");
        assertEquals("", String.join("\n\n", differences));
    }

    /** The number of the EIP by its mark: the page shows the fleet's first. */
    private int eipNumber() {
        Matcher mark = byIptables
                ? Pattern.compile("EgressPolicy default-test .* MARK set 0x(26\\w{6})")
                        .matcher(egress.cluster.in(EGRESS_NODE, "iptables -t mangle -nvL EGRESSGATEWAY-MARK-REQUEST"))
                : Pattern.compile("0x(26\\w{6}) : " + Pattern.quote(EgressSetup.EIP))
                        .matcher(egress.cluster.in(EGRESS_NODE, "nft list map inet baton snat4"));
        assertTrue(mark.find(), "the EIP has no mark");
        return Integer.parseInt(mark.group(1), 16) - FIRST_EIP + 1;
    }

    private static String here(String text, int number) {
        return text.replace(Integer.toString(FIRST_EIP), Integer.toString(FIRST_EIP - 1 + number))
                .replace(
                        Integer.toString(FIRST_EIP + FROM_TUNNEL),
                        Integer.toString(FIRST_EIP - 1 + number + FROM_TUNNEL))
                .replace("%08x".formatted(FIRST_EIP), "%08x".formatted(FIRST_EIP - 1 + number));
    }

    private CommandResult type(DocPage.Shown shown, String app) {
        String command = shown.command();
        return switch (shown.place()) {
            case "administrator" -> CommandResult.by(asAdministrator(command), "", CommandResult.LIMIT);
            case "pod-node" ->
                CommandResult.by(egress.cluster.inside(POD_NODE, "bash", "-c", command), "", CommandResult.LIMIT);
            case "egress-node" ->
                CommandResult.by(egress.cluster.inside(EGRESS_NODE, "bash", "-c", command), "", CommandResult.LIMIT);
            case "pod" -> in(app, command);
            default -> throw new IllegalArgumentException(shown.toString());
        };
    }

    /** In the pod of this app that is on the pods' node. */
    private CommandResult in(String app, String command) {
        String pod = egress.field(
                "pod -l app=" + app + " --field-selector spec.nodeName=" + POD_NODE, "{.items[0].metadata.name}");
        return egress.cluster.kubectl().run("exec", pod, "--", "sh", "-c", command);
    }

    private ProcessBuilder asAdministrator(String command) {
        var builder = egress.cluster.inside(Cluster.CONTROL, "bash", "-c", command);
        var environment = builder.environment();
        environment.put("PATH", KubeAssets.programs() + ":" + environment.getOrDefault("PATH", ""));
        environment.put(
                "KUBECONFIG",
                egress.cluster.folder(Cluster.CONTROL).resolve("kubeconfig").toString());
        return builder;
    }
}
