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
 * What EgressGateway's users count on, row by row: its own end-to-end tests, and what those leave out. Rows that other
 * tests look at are named with these; where Baton differs on purpose the row says how.
 */
@NeedsKube
class ConformanceE2E {
    private static final int ROWS = 70;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path data;

    @SuppressWarnings("NullAway.Init")
    private static ConformanceCluster cluster;

    @BeforeAll
    static void start() throws InterruptedException, IOException, GeneralSecurityException {
        cluster = ConformanceCluster.start("conformance", data);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<ConformanceRow> rows() {
        return Stream.of(
                        new ConformanceNetworks(cluster).rows(),
                        new ConformanceGateways(cluster).rows(),
                        new ConformancePolicies(cluster).rows(),
                        new ConformancePools(cluster).rows(),
                        new ConformancePods(cluster).rows(),
                        new ConformanceNodes(cluster).rows(),
                        ConformanceElsewhere.ROWS)
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
