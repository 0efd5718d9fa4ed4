package dev.baton.e2e.cluster;

import dev.baton.e2e.Alone;
import dev.baton.e2e.kube.kit.KubeAssets;
import dev.baton.launcher.lab.Requirements;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips with one loud line where no cluster of nodes can be started. */
@Alone
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCluster.Condition.class)
@interface NeedsCluster {
    /** Whether its nodes run the product's image, which is made of Debian's packages. */
    boolean withImage() default false;

    /** Looks at user, tools, control groups and container programs. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            List<String> missing = missing();
            boolean withImage = AnnotationSupport.findAnnotation(context.getElement(), NeedsCluster.class)
                    .filter(NeedsCluster::withImage)
                    .isPresent();
            if (withImage && !Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
                missing.add("apt-get, which fetches the image's packages");
            }
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("all that nodes need");
            }
            System.err.println("SKIPPED " + context.getDisplayName() + ": needs " + missing);
            return ConditionEvaluationResult.disabled("needs " + missing);
        }

        private static List<String> missing() {
            var missing = new ArrayList<>(Requirements.missing());
            if (!KubeAssets.arePresent()) {
                missing.add(KubeAssets.VARIABLE + ", a folder whose cluster.sh starts nodes");
            }
            if (!hasMemoryHierarchy()) {
                missing.add("control groups of version 1");
            }
            if (!hasContainerPrograms()) {
                missing.add("containerd (" + KubeAssets.VARIABLE + "/cluster.sh tools fetches it)");
            }
            return missing;
        }

        private static boolean hasMemoryHierarchy() {
            try {
                return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                        .anyMatch(line -> line.contains(":memory:"));
            } catch (IOException e) {
                return false;
            }
        }

        /** Where cluster.sh looks for them. */
        private static boolean hasContainerPrograms() {
            Path cache = Optional.ofNullable(System.getenv("CLUSTER_TOOLS"))
                    .map(Path::of)
                    .orElseGet(() -> Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                            .map(Path::of)
                            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                            .resolve("kube-cluster"));
            return Files.isExecutable(cache.resolve("usr/bin/containerd"))
                    || Files.isExecutable(Path.of("/usr/bin/containerd"));
        }
    }
}
