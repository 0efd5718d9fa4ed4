package dev.baton.e2e.cluster;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * Orders test classes the same on each machine, so that no more clusters are started than there are kinds of them.
 * Cluster tests come last, because an idle cluster takes time from other tests.
 */
public final class ClustersLast implements ClassOrderer {
    private enum Kind {
        NO_CLUSTER,
        PROGRAMS,
        IMAGE
    }

    private static Kind kind(ClassDescriptor tests) {
        return tests.findAnnotation(NeedsCluster.class)
                .map(needs -> needs.withImage() ? Kind.IMAGE : Kind.PROGRAMS)
                .orElse(Kind.NO_CLUSTER);
    }

    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.<ClassDescriptor, Kind>comparing(ClustersLast::kind)
                        .thenComparing(tests -> tests.getTestClass().getName()));
    }
}
