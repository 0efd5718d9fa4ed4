package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the real kernel, in namespaces. */
@NeedsRootAndTools
class LinuxDatapathTest {
    private static final int NODES = 3;

    private final List<LinuxDatapath> datapaths = new ArrayList<>();
    private Lab lab = new Lab(0); // replaced before each test
    private EchoServer server = new EchoServer(lab);
    private TestFleet fleet = new TestFleet(NODES);

    @BeforeEach
    void threeNodesOfWhichTheSecondHolds() throws Exception {
        server.close();
        lab.close();
        lab = new Lab(NODES);
        server = new EchoServer(lab);
        fleet = new TestFleet(NODES);
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
        for (int n = 1; n <= NODES; n++) {
            var datapath = new LinuxDatapath(LinuxOptions.inNamespace(lab.namespace("n" + n)));
            datapaths.add(datapath);
            datapath.open();
            datapath.lease().begin(System.nanoTime() + Duration.ofSeconds(60).toNanos());
            applied(n);
        }
    }

    @AfterEach
    void everythingGoes() throws Exception {
        datapaths.forEach(LinuxDatapath::close);
        server.close();
        lab.close();
    }

    @Test
    void podsOfAnyNodeLeaveWithTheEipInBothFamilies() {
        for (int n = 1; n <= NODES; n++) {
            assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p" + n, SERVER4), "pod of n" + n);
            assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p" + n, SERVER6), "pod of n" + n);
        }
    }

    private void applied(int n) throws Exception {
        var report = datapaths.get(n - 1).apply(fleet.desired(n));
        assertTrue(
                report.results().stream().allMatch(result -> result.fault() == DatapathFault.NONE), report.toString());
    }
}
