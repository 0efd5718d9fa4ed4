package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.e2e.kube.kit.NeedsHelm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shipped chart, installed and removed by Helm, with its Jobs. */
@NeedsCluster(withImage = true)
@NeedsHelm
class ShippedChartE2E {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final ShippedCluster shipped = ShippedCluster.shared();
    private final Cluster cluster = shipped.cluster;

    private CommandResult helm(String words) {
        var command = new ArrayList<String>();
        command.add(Objects.requireNonNull(System.getenv(NeedsHelm.VARIABLE)));
        command.addAll(List.of(words.split(" ")));
        var builder = new ProcessBuilder(command);
        builder.environment().put("HOME", cluster.folder(Cluster.CONTROL).toString());
        builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
        return CommandResult.by(builder, "", LIMIT);
    }

    @AfterEach
    void endWhatFailed() {
        helm("uninstall baton -n egress --no-hooks --ignore-not-found --wait --timeout=1m");
    }

    @Test
    void itsSettingsAreInForceAndItsCleanupLeavesNothing() {
        long begin = System.nanoTime();
        helm("install baton " + ShippedCluster.chart() + " -n egress --create-namespace --timeout=3m --wait"
                        + " --set kafka.bootstrap=" + Services.BOOTSTRAP + " --set kafka.fleet=charted --set"
                        + " feature.tunnelIpv4Subnet=172.30.0.0/16"
                        + " --set"
                        + " feature.gatewayFailover.eipEvictionTimeout=4")
                .succeeded();
        System.out.println("shipped: helm install within " + EgressSetup.millis(begin) + " ms");
        for (String node : ShippedCluster.NODES) {
            shipped.awaitField("egt " + node, "{.status.phase}", "Ready");
            ShippedCluster.until(
                    "the tunnel of " + node + " has an address of the subnet that was set",
                    () -> shipped.field("egt " + node, "{.status.tunnel.ipv4}").startsWith("172.30."));
        }
        assertEquals("", cluster.kubectl("get job -n egress -o name"), "finished Jobs are removed");
        cluster.pullCable("node3");
        try {
            ShippedCluster.until(
                    "node3 is timed out after the silence that was set",
                    () -> cluster.kubectl("get events")
                            .lines()
                            .anyMatch(line -> line.contains("HeartbeatTimeout")
                                    && line.contains("egresstunnel/node3")
                                    && line.contains("silence=4000ms")));
        } finally {
            cluster.plugIn("node3");
        }
        cluster.kubectl("wait --for=condition=Ready --timeout=50s node node3");
        shipped.awaitRollout("egress");
        helm("uninstall baton -n egress --timeout=3m --wait").succeeded();
        assertEquals(
                "",
                cluster.kubectl("get egt,egressclusterinfo,egressendpointslice,egressclusterendpointslice -A -o name"));
        ShippedCluster.until(
                "nothing of Baton's is left in its namespace",
                () -> cluster.kubectl("get all,lease,secret,configmap -n egress -o name")
                        .lines()
                        .noneMatch(name -> name.contains("baton")));
        for (String node : ShippedCluster.NODES) {
            ShippedCluster.until(
                    "nothing is left on " + node, () -> shipped.tracesOn(node).isEmpty());
        }
        cluster.kubectl("delete -f " + ShippedCluster.crds());
        cluster.kubectl("delete namespace egress --wait=false");
    }
}
