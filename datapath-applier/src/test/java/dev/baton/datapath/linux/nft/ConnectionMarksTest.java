package dev.baton.datapath.linux.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.baton.contract.Mark;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** The mark of a connection has room for every node and every EIP that is ever allocated. */
class ConnectionMarksTest {
    @Test
    void eachEipHasABitPatternOfItsOwn() {
        var seen = new HashSet<Integer>();
        for (int mark = Mark.FIRST_EIP.value(); mark <= Mark.LAST_EIP.value(); mark++) {
            seen.add(TrafficTable.connectionsOf(new Mark(mark)).mark());
        }
        assertEquals(Mark.LAST_EIP.value() - Mark.FIRST_EIP.value() + 1, seen.size());
    }

    @Test
    void eachNodeHasABitPatternOfItsOwnAndNoneIsThatOfOwnPods() {
        var seen = new HashSet<Integer>();
        for (int mark = Mark.FIRST_NODE.value(); mark <= Mark.LAST_NODE.value(); mark++) {
            seen.add(TrafficTable.sourceMark(new Mark(mark)));
        }
        seen.remove(Mark.BASE);
        assertEquals(Mark.LAST_NODE.value() - Mark.FIRST_NODE.value() + 1, seen.size());
    }

    @Test
    void noConnectionOfAnEipLooksAsIfItWereToBeDeleted() {
        int most = TrafficTable.sourceMark(Mark.LAST_NODE)
                | TrafficTable.connectionsOf(Mark.LAST_EIP).mark();
        assertNotEquals(TrafficTable.OLDER_MARK.mark(), most);
    }
}
