package dev.baton.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.datapath.core.DesiredState.Role;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NodeLogTest {
    private static final Eip EIP = Eip.parse("10.6.1.55");
    private static final NodeId SELF = new NodeId("node1");
    private static final Incarnation OWN = new Incarnation(3);

    private final NodeLog log = new NodeLog(SELF, new TreeMap<>());

    private Role role() {
        return Optional.ofNullable(log.desired(OWN).eips().get(EIP))
                .orElseThrow()
                .role();
    }

    /** If it cannot be written down, the EIP is still to be held: else it would look as if it were. */
    @Test
    void whatIsToBeRefusedIsWrittenDownBeforeItIsRefused() {
        var given = new Assignment(
                EIP,
                new GatewayId("egw"),
                Mark.FIRST_EIP,
                new Epoch(5),
                AssignmentStep.ACQUIRE,
                Optional.of(new Holder(SELF, OWN)),
                Optional.empty(),
                MoveReason.DRAIN,
                0);
        log.read(new LogEntry.Assigned(given));
        var refused = new TreeMap<>(Map.of(EIP, new Epoch(5)));
        assertEquals(Map.of(EIP, new Epoch(6)), log.epochsRefusing(refused));
        assertEquals(Map.of(EIP, new Epoch(5)), log.epochs());
        assertInstanceOf(Role.Hold.class, role());

        log.refuse(EIP, new Epoch(5));
        assertEquals(Map.of(EIP, new Epoch(6)), log.epochs());
        assertEquals(log.epochs(), log.epochsRefusing(refused));
    }
}
