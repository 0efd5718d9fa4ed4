package dev.baton.bridge;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what agents created on their nodes. An agent that merely ends leaves its tables, which go on dropping what
 * must not leave with a node's address. So the DaemonSet is changed to clean up, on all nodes at once, instead of
 * running agents.
 */
final class NodeCleanup {
    private static final Logger log = LoggerFactory.getLogger(NodeCleanup.class);

    /** The name in the manifests. */
    private static final String DAEMON_SET = "baton-agent";

    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(200);

    /** Only the arguments are replaced: image and command stay as they are at this site. */
    private static final String ORDER = """
        [{"op": "add", "path": "/spec/template/spec/containers/0/args", "value": ["--cleanup", "--idle"]},
         {"op": "add", "path": "/spec/updateStrategy",
          "value": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "100%"}}}]
        """;

    private final KubernetesClient client;
    private final String namespace;
    private final Duration limit;

    /** @param limit how long to wait for nodes, some of which may be dead */
    NodeCleanup(KubernetesClient client, String namespace, Duration limit) {
        this.client = client;
        this.namespace = namespace;
        this.limit = limit;
    }

    void run() {
        var resource = client.apps().daemonSets().inNamespace(namespace).withName(DAEMON_SET);
        if (resource.get() == null) {
            return;
        }
        resource.patch(PatchContext.of(PatchType.JSON), ORDER);
        long deadline = System.nanoTime() + limit.toNanos();
        DaemonSet now = resource.get();
        while (now != null && !isDone(now)) {
            if (System.nanoTime() - deadline > 0) {
                DaemonSetStatus status = now.getStatus();
                log.warn(
                        "event=nodes_not_cleaned clean={} nodes={} after={}s; on each of the others: baton agent"
                                + " --cleanup",
                        number(status.getNumberAvailable()),
                        number(status.getDesiredNumberScheduled()),
                        limit.toSeconds());
                return;
            }
            LockSupport.parkNanos(LOOK_EVERY);
            now = resource.get();
        }
        log.info("event=nodes_cleaned daemonset={}/{}", namespace, DAEMON_SET);
    }

    private static boolean isDone(DaemonSet now) {
        DaemonSetStatus status = now.getStatus();
        long nodes = number(status.getDesiredNumberScheduled());
        return number(status.getObservedGeneration()) >= now.getMetadata().getGeneration()
                && number(status.getUpdatedNumberScheduled()) >= nodes
                && number(status.getNumberAvailable()) >= nodes;
    }

    /** An absent number is zero. */
    private static long number(@Nullable Number told) {
        return Objects.requireNonNullElse(told, 0).longValue();
    }
}
