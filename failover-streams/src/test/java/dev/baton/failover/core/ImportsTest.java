package dev.baton.failover.core;

import static dev.baton.failover.core.FleetStory.node;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Beginning;
import dev.baton.contract.Decision.DeclarationAccepted;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.ImportPart;
import dev.baton.contract.MoveReason;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.core.Views.View;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A fleet is sealed in one log and goes on in another one, and nothing moves by that. */
class ImportsTest {
    private final FleetStory from = new FleetStory();
    private final FleetStory to = new FleetStory();

    /** Two nodes, two EIPs, one on each. */
    private FleetSnapshot sealed() {
        from.gateway("10.6.1.0/28").node(1, true).node(2, true);
        from.policy("p1", AllocatorPolicy.RR).policy("p2", AllocatorPolicy.RR);
        assignments(from.state).forEach(eip -> from.answer(eip.eip().toString(), AckOutcome.APPLIED));
        assertTrue(assignments(from.state).stream().allMatch(eip -> eip.step() == AssignmentStep.HELD));
        from.tell(new FleetSealed(true));
        return from.state.snapshot(0);
    }

    private static List<ImportPart> parts(FleetSnapshot fleet) {
        return FleetImported.partsOf(fleet).stream().map(FleetImported::part).toList();
    }

    private RefusalReason refused() {
        return to.decided.getLast().stream()
                .filter(DeclarationRefused.class::isInstance)
                .map(decision -> ((DeclarationRefused) decision).reason())
                .findFirst()
                .orElseThrow();
    }

    private static List<Assignment> assignments(FleetState state) {
        return state.eips().values().stream().map(eip -> eip.assignment()).toList();
    }

    @Test
    void aSealedFleetDecidesNothingUntilItIsOpenedAgain() {
        sealed();
        List<Assignment> before = assignments(from.state);
        from.phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        from.tell(new DrainRequested(node(2), true));
        assertEquals(
                RefusalReason.FLEET_SEALED,
                ((DeclarationRefused) from.decided.getLast().getFirst()).reason());
        assertEquals(before, assignments(from.state));
        from.tell(new FleetSealed(false));
        assertTrue(
                assignments(from.state).stream()
                        .noneMatch(eip -> eip.holder().orElseThrow().node().equals(node(1))),
                "what happened meanwhile is made up for");
    }

    /** The holder was asked to let go, and its answer came while nothing was decided. */
    @Test
    void whatWasAskedAndAnsweredMeanwhileIsAskedAgain() {
        from.gateway("10.6.1.0/28").node(1, true).node(2, true).policy("p1", AllocatorPolicy.RR);
        Assignment given = assignments(from.state).getFirst();
        from.answer(given.eip().toString(), AckOutcome.APPLIED);
        from.tell(new DrainRequested(given.holder().orElseThrow().node(), true));
        from.answer(given.eip().toString(), AckOutcome.PREPARED);
        Assignment asked = assignments(from.state).getFirst();
        assertEquals(AssignmentStep.RELEASE, asked.step());
        from.tell(new FleetSealed(true));
        from.answer(given.eip().toString(), AckOutcome.WITHDRAWN);
        assertEquals(asked, assignments(from.state).getFirst(), "what is exported does not change any more");
        from.tell(new FleetSealed(false));
        Assignment again = assignments(from.state).getFirst();
        assertEquals(asked.withEpoch(again.epoch()).withCause(again.cause()), again);
        assertTrue(again.epoch().supersedes(asked.epoch()));
        from.answer(given.eip().toString(), AckOutcome.WITHDRAWN);
        assertEquals(AssignmentStep.ACQUIRE, assignments(from.state).getFirst().step());
    }

    @Test
    void aHolderThatFailedMeanwhileLosesItsEip() {
        sealed();
        Assignment held = assignments(from.state).getFirst();
        from.answer(held.eip().toString(), AckOutcome.FAILED);
        assertEquals(held, assignments(from.state).getFirst());
        from.tell(new FleetSealed(false));
        assertEquals(MoveReason.ACK_FAILED, assignments(from.state).getFirst().reason());
    }

    @Test
    void nothingMovesAndNumbersGoOn() {
        FleetSnapshot fleet = sealed();
        for (ImportPart part : parts(fleet)) {
            List<?> decisions = to.tell(new FleetImported(part));
            assertTrue(decisions.getFirst() instanceof DeclarationAccepted, decisions.toString());
        }
        assertEquals(Beginning.OVER, to.state.beginning());
        assertEquals(fleet.lastEpoch(), to.state.lastEpoch());
        assertEquals(fleet.policies(), to.state.policies().values());
        for (Assignment before : assignments(from.state)) {
            Assignment now = to.state.eips().get(before.eip()).orElseThrow().assignment();
            assertEquals(before.withCause(now.cause()), now);
            assertTrue(now.cause() < to.log.size(), "an offset of this log");
        }
    }

    /** Its agent was started with the new log and let go of all it held. */
    @Test
    void aNodeThatComesOverIsGivenItsEipsAgain() {
        FleetSnapshot fleet = sealed();
        parts(fleet).forEach(part -> to.tell(new FleetImported(part)));
        to.phase(1, 2, TunnelPhase.READY);
        Assignment given = assignments(to.state).stream()
                .filter(eip -> eip.holder().orElseThrow().node().equals(node(1)))
                .findFirst()
                .orElseThrow();
        assertEquals(AssignmentStep.ACQUIRE, given.step());
        assertEquals(MoveReason.HOLDER_NEW_INCARNATION, given.reason());
        assertTrue(given.epoch().supersedes(fleet.lastEpoch()));
    }

    @Test
    void theLastPartShowsEverything() {
        FleetSnapshot fleet = sealed();
        List<ImportPart> parts = parts(fleet);
        parts.forEach(part -> to.tell(new FleetImported(part)));
        FleetState before = FleetState.start(to.state.fleet());
        for (int i = 0; i < parts.size() - 1; i++) {
            before = Coordination.step(before, i, to.log.get(i)).state();
        }
        int last = parts.size() - 1;
        Outcome outcome = Coordination.step(before, last, to.log.get(last));
        List<View> views = Views.of(before, outcome, last);
        assertEquals(Views.all(outcome.state(), last), views);
    }

    @Test
    void aFleetInWhichSomethingWasDeclaredTakesNoImport() {
        to.node(1, false);
        parts(sealed()).forEach(part -> to.tell(new FleetImported(part)));
        assertEquals(RefusalReason.IMPORT_INCOMPLETE, refused());
        assertEquals(
                RefusalReason.FLEET_NOT_EMPTY,
                to.decided.stream()
                        .flatMap(List::stream)
                        .filter(DeclarationRefused.class::isInstance)
                        .map(decision -> ((DeclarationRefused) decision).reason())
                        .findFirst()
                        .orElseThrow());
        assertEquals(0, to.state.eips().size());
    }

    @Test
    void anImportThatLostAPartIsNotTakenUntilItIsWhole() {
        List<ImportPart> parts = parts(sealed());
        for (int i = 0; i < parts.size(); i++) {
            if (i != parts.size() - 2) {
                to.tell(new FleetImported(parts.get(i)));
            }
        }
        assertEquals(RefusalReason.IMPORT_INCOMPLETE, refused());
        assertEquals(Beginning.IMPORTING, to.state.beginning());
        to.phase(1, 2, TunnelPhase.READY);
        assertTrue(
                to.decided.getLast().stream().noneMatch(EipAssigned.class::isInstance), "it decides nothing meanwhile");
        parts.forEach(part -> to.tell(new FleetImported(part)));
        assertEquals(Beginning.OVER, to.state.beginning());
        assertEquals(
                Optional.of(2L),
                Optional.of(to.state
                        .nodes()
                        .get(node(1))
                        .orElseThrow()
                        .incarnation()
                        .number()));
    }
}
