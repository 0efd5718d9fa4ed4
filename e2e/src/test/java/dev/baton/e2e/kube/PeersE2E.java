package dev.baton.e2e.kube;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What others that fail addresses over test, or were told to: OVN-Kubernetes, Antrea, MetalLB, kube-vip, Kube-OVN,
 * EgressGateway, Patroni, Pacemaker, Kafka and memberlist. Here are the rows of which Kubernetes' objects tell; others name
 * the test that looks at them, or say why Baton has no such thing.
 */
@NeedsKube
class PeersE2E {
    private static final int ROWS = 100;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path data;

    @SuppressWarnings("NullAway.Init")
    private static ConformanceCluster cluster;

    @BeforeAll
    static void start() throws InterruptedException, IOException, GeneralSecurityException {
        cluster = ConformanceCluster.start("peers", data);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<ConformanceRow> rows() {
        return Stream.of(
                        new PeersAllocation(cluster).rows(),
                        new PeersPools(cluster).rows(),
                        new PeersNodes(cluster).rows(),
                        PeersElsewhere.FAILURES,
                        PeersElsewhere.TIME,
                        PeersElsewhere.OPERATIONS)
                .flatMap(List::stream)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> conforms() {
        return ConformanceRow.checks(rows());
    }

    @Test
    void theTableHasEachRowOnceAndTheTestsThatItNamesExist() throws IOException {
        ConformanceRow.complete(ROWS, rows());
    }
}
