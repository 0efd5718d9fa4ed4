package dev.baton.failover.core;

import static dev.baton.failover.core.FleetStory.node;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decision;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Eip;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.TunnelPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A fleet of two nodes whose one EIP is at a given step: node1 is its holder, node2 its successor or the only other
 * node. Each event of the protocol can be made to happen to it.
 */
final class AtStep {
    static final String EIP = "10.6.1.55";
    static final NodeId A = node(1);
    static final NodeId B = node(2);
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration QUARANTINE = Duration.ofSeconds(10);

    private final FleetStory story = new FleetStory();

    private AtStep() {}

    /** Which events can happen at all: an EIP without a holder or a successor cannot lose it. */
    static boolean canHappen(AssignmentStep step, AssignmentEvent event) {
        boolean hasHolder = step != AssignmentStep.WAITING;
        boolean hasSuccessor = step == AssignmentStep.PREPARE || step == AssignmentStep.RELEASE;
        return switch (event) {
            case UNUSED, OVERDUE, MOVE_REQUESTED -> true;
            case NODE_WANTED, NODES_STARTING -> !hasHolder;
            case SUCCESSOR_NOT_ELIGIBLE, SUCCESSOR_ANSWERED_FAILED -> hasSuccessor;
            case HOLDER_LOST,
                    HOLDER_NOT_SELECTED,
                    HOLDER_FAILED,
                    HOLDER_DRAINED,
                    PREPARED,
                    WITHDRAWN,
                    APPLIED,
                    HOLDER_ANSWERED_FAILED -> hasHolder;
        };
    }

    static AtStep of(AssignmentStep step, AssignmentEvent event) {
        var at = new AtStep();
        if (event == AssignmentEvent.NODES_STARTING) {
            at.story.gateway(EIP).node(1, false).node(2, false).policy("p", AllocatorPolicy.DEFAULT);
            return at;
        }
        at.begin();
        if (event == AssignmentEvent.OVERDUE && step == AssignmentStep.HELD) {
            at.heldWhileTheOnlyOtherNodeIsQuarantined();
        } else if (event == AssignmentEvent.OVERDUE && step == AssignmentStep.WAITING) {
            at.waitingWhileAllAreQuarantined();
        } else {
            at.reach(step);
        }
        return at;
    }

    /**
     * The same, and no other node can take the EIP when the event happens. The storm brake keeps the fold from
     * answering to that before the event does: it is on while node2 falls silent, and is set off again.
     */
    static AtStep alone(AssignmentStep step, AssignmentEvent event) {
        AtStep at = of(step, event);
        at.story.tell(new SettingsDeclared(Settings.DEFAULT.withMaxFailPercent(49)));
        at.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
        boolean drained = step == AssignmentStep.PREPARE || step == AssignmentStep.RELEASE;
        if (drained) {
            // A draining node is the last resort, a leaving one is not.
            at.story.tell(new NodeLeaving(A, new Incarnation(1)));
        }
        at.story.tell(new SettingsDeclared(Settings.DEFAULT));
        return at;
    }

    /** Three nodes, node1 the holder. */
    static AtStep ofThree(AssignmentStep step) {
        var at = new AtStep();
        at.begin();
        at.story.node(3, true);
        at.reach(step);
        return at;
    }

    FleetStory story() {
        return story;
    }

    Optional<Assignment> assignment() {
        return story.state.eips().get(Eip.parse(EIP)).map(FleetEip::assignment);
    }

    private void begin() {
        story.gateway(EIP).node(1, true).policy("p", AllocatorPolicy.DEFAULT);
        story.node(2, true);
    }

    private void reach(AssignmentStep step) {
        switch (step) {
            case ACQUIRE -> {}
            case HELD -> story.answer(EIP, AckOutcome.APPLIED);
            case PREPARE -> {
                reach(AssignmentStep.HELD);
                story.tell(new DrainRequested(A, true));
            }
            case RELEASE -> {
                reach(AssignmentStep.PREPARE);
                story.answer(EIP, AckOutcome.PREPARED);
            }
            case WAITING -> {
                story.phase(3, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
                story.phase(2, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
                story.phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
            }
        }
    }

    private void heldWhileTheOnlyOtherNodeIsQuarantined() {
        reach(AssignmentStep.PREPARE);
        answer(
                Optional.of(new Holder(
                        B, assignment().orElseThrow().successor().orElseThrow().incarnation())),
                AckOutcome.FAILED);
    }

    private void waitingWhileAllAreQuarantined() {
        story.answer(EIP, AckOutcome.FAILED);
        story.answer(EIP, AckOutcome.FAILED);
    }

    /** Makes the event happen, in one entry or in as many ticks as it takes. */
    List<Decision> happens(AssignmentEvent event) {
        Assignment now = assignment().orElseThrow();
        return switch (event) {
            case HOLDER_LOST -> phase(1, 1, TunnelPhase.HEARTBEAT_TIMEOUT);
            case UNUSED -> story.tell(new PolicyRemoved(new PolicyId("default", "p")));
            case SUCCESSOR_NOT_ELIGIBLE -> phase(2, 1, TunnelPhase.FAILED);
            case HOLDER_NOT_SELECTED -> story.tell(new NodeDeclared(A, new TreeMap<>(), true, false));
            case HOLDER_FAILED -> phase(1, 1, TunnelPhase.FAILED);
            case HOLDER_DRAINED -> story.cordon(1, true);
            case NODE_WANTED -> phase(2, 2, TunnelPhase.READY);
            case NODES_STARTING -> phase(2, 1, TunnelPhase.READY);
            case MOVE_REQUESTED -> story.tell(new EipMoveRequested(IpAddress.parse(EIP), B));
            case PREPARED -> answer(now.askedHolder().or(now::holder), AckOutcome.PREPARED);
            case WITHDRAWN -> answer(now.askedHolder().or(now::holder), AckOutcome.WITHDRAWN);
            case APPLIED -> answer(now.askedHolder().or(now::holder), AckOutcome.APPLIED);
            case HOLDER_ANSWERED_FAILED -> answer(now.holder(), AckOutcome.FAILED);
            case SUCCESSOR_ANSWERED_FAILED -> answer(now.successor(), AckOutcome.FAILED);
            case OVERDUE -> ticks(now);
        };
    }

    private List<Decision> phase(int n, long incarnation, TunnelPhase phase) {
        story.phase(n, incarnation, phase);
        return story.decided.getLast();
    }

    private List<Decision> ticks(Assignment before) {
        boolean pause = before.step() == AssignmentStep.WAITING || before.step() == AssignmentStep.HELD;
        int from = story.decided.size();
        story.ticks(pause ? QUARANTINE : ACK_TIMEOUT);
        return story.decided.subList(from, story.decided.size()).stream()
                .flatMap(List::stream)
                .toList();
    }

    private List<Decision> answer(Optional<Holder> from, AckOutcome outcome) {
        Assignment now = assignment().orElseThrow();
        return story.tell(new DatapathAcknowledged(
                from.orElseThrow().node(),
                from.orElseThrow().incarnation(),
                now.eip(),
                now.epoch(),
                outcome,
                outcome == AckOutcome.FAILED ? DatapathFault.ADDRESS : DatapathFault.NONE,
                Optional.empty(),
                Duration.ofMillis(3)));
    }
}
