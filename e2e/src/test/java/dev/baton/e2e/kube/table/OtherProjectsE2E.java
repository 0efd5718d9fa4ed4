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
 * Cases that ten other projects test or had reported as bugs: OVN-Kubernetes, Antrea, MetalLB, kube-vip, Kube-OVN,
 * EgressGateway, Patroni, Pacemaker, Kafka and memberlist. Rows that show in Kubernetes' objects are checked here;
 * the others name the test that checks them, or say why Baton has no such thing.
 */
@NeedsKube
class OtherProjectsE2E {
    private static final int ROWS = 100;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path data;

    @SuppressWarnings("NullAway.Init")
    private static EgressGatewayTableCluster cluster;

    @BeforeAll
    static void start() throws InterruptedException, IOException, GeneralSecurityException {
        cluster = EgressGatewayTableCluster.start("peers", data);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<EgressGatewayTableRow> rows() {
        return Stream.of(
                        new OtherProjectsAllocation(cluster).rows(),
                        new OtherProjectsPools(cluster).rows(),
                        new OtherProjectsNodes(cluster).rows(),
                        OtherProjectsElsewhere.FAILURES,
                        OtherProjectsElsewhere.TIME,
                        OtherProjectsElsewhere.OPERATIONS)
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
