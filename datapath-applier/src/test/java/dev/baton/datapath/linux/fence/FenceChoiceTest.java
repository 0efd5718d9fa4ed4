package dev.baton.datapath.linux.fence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FenceChoiceTest {
    private static FenceForm chosen(Optional<FenceForm> wanted, FenceForm... refused) throws DatapathException {
        return FenceChoice.of(
                wanted,
                form -> Set.of(refused).contains(form) ? Optional.of("Operation not supported") : Optional.empty());
    }

    @Test
    void theBetterFormIsChosenIfTheKernelTakesIt() throws Exception {
        assertEquals(FenceForm.NETDEV, chosen(Optional.empty()));
        assertEquals(FenceForm.INET, chosen(Optional.empty(), FenceForm.NETDEV));
    }

    @Test
    void aFormThatIsAskedForIsChosenOrNone() throws Exception {
        assertEquals(FenceForm.INET, chosen(Optional.of(FenceForm.INET)));
        assertThrows(DatapathException.class, () -> chosen(Optional.of(FenceForm.NETDEV), FenceForm.NETDEV));
    }

    @Test
    void oneLineSaysWhatIsNeededWhereNoneCanBeMade() {
        var none = assertThrows(DatapathException.class, () -> chosen(Optional.empty(), FenceForm.values()));
        assertEquals(DatapathFault.FIREWALL, none.fault());
        String message = String.valueOf(none.getMessage());
        for (String part : List.of("netdev needs Linux 5.16", "inet needs Linux 5.2", "not supported")) {
            assertTrue(message.contains(part), message);
        }
        assertEquals(1, message.lines().count(), message);
    }
}
