package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.datapath.ApplyReport.Result;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.conntrack.ConnectionMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReleasedEipsTest {
    private static final Eip EIP = Eip.parse("10.6.0.200");
    private static final Eip OTHER = Eip.parse("10.6.0.201");
    private static final ConnectionMark MARK = new ConnectionMark(1, 1);

    private boolean refused = true;
    private final List<Set<IpAddress>> asked = new ArrayList<>();
    private final ReleasedEips released = new ReleasedEips((addresses, marks) -> {
        asked.add(Set.copyOf(addresses));
        if (refused) {
            throw new DatapathException(DatapathFault.FIREWALL, "a connection cannot be deleted");
        }
    });

    private List<DatapathFault> faults(Result... before) {
        var results = new ArrayList<>(List.of(before));
        released.forgetConnections(results, () -> Duration.ofMillis(5));
        return results.stream()
                .filter(result -> result.eip().equals(EIP))
                .map(Result::fault)
                .toList();
    }

    private static Result good(Eip eip) {
        return new Result(eip, DatapathFault.NONE, "", Optional.empty(), Duration.ofMillis(1));
    }

    @Test
    void anEipWhoseConnectionsStayIsNotReleasedInTheApplyThatLetItGo() {
        released.add(EIP, MARK);
        assertEquals(List.of(DatapathFault.FIREWALL), faults(good(EIP), good(OTHER)));
    }

    @Test
    void norIsItInALaterApplyThatHasNothingElseToDoForIt() {
        released.add(EIP, MARK);
        faults(good(EIP));
        assertEquals(List.of(DatapathFault.FIREWALL), faults());
        refused = false;
        assertEquals(List.of(), faults());
        assertEquals(List.of(), faults());
        assertEquals(3, asked.size(), "nothing is asked for once the connections are gone");
    }

    @Test
    void anEarlierFaultOfTheSameEipIsToldFirst() {
        released.add(EIP, MARK);
        assertEquals(
                List.of(DatapathFault.ADDRESS),
                faults(new Result(EIP, DatapathFault.ADDRESS, "busy", Optional.empty(), Duration.ofMillis(1))));
    }

    @Test
    void connectionsOfAnEipThatIsHeldAgainAreKept() {
        released.add(EIP, MARK);
        released.add(OTHER, MARK);
        released.heldAgain(EIP);
        faults();
        assertEquals(List.of(Set.copyOf(OTHER.addresses())), asked);
    }
}
