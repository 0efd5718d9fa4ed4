package dev.baton.e2e.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.e2e.kube.ConformanceRow.Elsewhere;
import dev.baton.e2e.kube.ConformanceRow.Here;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.IntStream;
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
        cluster = ConformanceCluster.start(data);
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

    /** In the rows' order: what a row leaves behind, the next ones may use. */
    @TestFactory
    Stream<DynamicTest> conforms() {
        return rows().stream()
                .flatMap(row -> row.where() instanceof Here here
                        ? Stream.of(DynamicTest.dynamicTest(row.toString(), here.check()))
                        : Stream.empty());
    }

    @Test
    void theTableHasEachRowOnceAndTheTestsThatItNamesExist() throws IOException {
        assertEquals(
                IntStream.rangeClosed(1, ROWS).boxed().toList(),
                rows().stream().map(ConformanceRow::number).sorted().toList());
        List<Path> sources;
        try (var files = Files.walk(Path.of(System.getProperty("baton.root")))) {
            sources = files.filter(file ->
                            file.toString().endsWith(".java") && file.toString().contains("/src/test/"))
                    .toList();
        }
        for (ConformanceRow row : rows()) {
            if (row.where() instanceof Elsewhere elsewhere) {
                assertEquals(true, elsewhere.exists(sources), row::toString);
            }
            if (!(row.where() instanceof Here)) {
                System.out.println("not checked here: " + row);
            }
        }
    }
}
