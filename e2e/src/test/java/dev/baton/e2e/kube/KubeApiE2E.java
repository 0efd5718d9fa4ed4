package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.e2e.kube.kit.KubeApi;
import dev.baton.e2e.kube.kit.NeedsKube;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the API server fixture itself, on which the other tests depend. */
@NeedsKube
class KubeApiE2E {
    @Test
    void keepsItsDataOverARestartAndLeavesNoProcess(@TempDir Path data) {
        List<Long> pids;
        try (var api = KubeApi.start(data, "--controllers", "none")) {
            api.kubectl()
                    .apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: kept}, data: {word: one}}")
                    .succeeded();
            assertEquals(
                    "one",
                    api.client()
                            .configMaps()
                            .inNamespace("default")
                            .withName("kept")
                            .get()
                            .getData()
                            .get("word"));
            pids = List.of(api.pid("etcd"), api.pid("kube-apiserver"));
            assertTrue(pids.stream().allMatch(KubeApiE2E::lives));
        }
        assertFalse(pids.stream().anyMatch(KubeApiE2E::lives));
        try (var api = KubeApi.start(data, "--controllers", "none")) {
            CommandResult said =
                    api.kubectl().run("get", "configmaps", "--no-headers").succeeded();
            assertEquals("kept", said.rows().getFirst().getFirst());
            api.kubectl().run("get", "configmap", "lost").refused("NotFound", "\"lost\" not found");
            api.kubectl()
                    .as("somebody")
                    .run("get", "secrets")
                    .refused("User \"somebody\" cannot list resource \"secrets\"");
        }
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
