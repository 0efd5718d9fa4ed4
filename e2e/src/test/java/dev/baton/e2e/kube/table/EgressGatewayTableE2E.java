package dev.baton.e2e.kube.table;

import dev.baton.e2e.kube.kit.NeedsKube;
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
 * What EgressGateway's users rely on, row by row: its own end-to-end tests, and what those leave out. A row that
 * another test checks names that test; where Baton differs on purpose, the row says how.
 */
@NeedsKube
class EgressGatewayTableE2E {
    private static final int ROWS = 70;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path data;

    @SuppressWarnings("NullAway.Init")
    private static EgressGatewayTableCluster cluster;

    @BeforeAll
    static void start() throws InterruptedException, IOException, GeneralSecurityException {
        cluster = EgressGatewayTableCluster.start("conformance", data);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<EgressGatewayTableRow> rows() {
        return Stream.of(
                        new EgressGatewayTableNetworks(cluster).rows(),
                        new EgressGatewayTableGateways(cluster).rows(),
                        new EgressGatewayTablePolicies(cluster).rows(),
                        new EgressGatewayTablePools(cluster).rows(),
                        new EgressGatewayTablePods(cluster).rows(),
                        new EgressGatewayTableNodes(cluster).rows(),
                        EgressGatewayTableElsewhere.ROWS)
                .flatMap(List::stream)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> conforms() {
        return EgressGatewayTableRow.checks(rows());
    }

    @Test
    void theTableHasEachRowOnceAndTheTestsThatItNamesExist() throws IOException {
        EgressGatewayTableRow.complete(ROWS, rows());
    }
}
