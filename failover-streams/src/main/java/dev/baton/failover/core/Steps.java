package dev.baton.failover.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision.AlertCode;
import dev.baton.contract.Decision.AlertRaised;
import dev.baton.contract.Decision.Candidate;
import dev.baton.contract.Decision.EipAllocated;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.Decision.EipFreed;
import dev.baton.contract.Decision.NodeQuarantined;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.Quarantine;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.MoveReason;
import dev.baton.contract.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The single steps of an assignment: each changes the state and makes the decision that records it. */
final class Steps {
    private Steps() {}

    static void allocate(Turn turn, Eip eip, GatewayId gateway) {
        Mark mark = TunnelAddresses.allocateForEip(turn)
                .orElseThrow(() -> new IllegalStateException("no mark is free for " + eip));
        turn.decide(new EipAllocated(eip, gateway, mark));
        var assignment = new Assignment(
                eip,
                gateway,
                mark,
                Epoch.NONE,
                AssignmentStep.WAITING,
                Optional.empty(),
                Optional.empty(),
                MoveReason.ALLOCATED,
                turn.cause());
        turn.put(new FleetEip(assignment, Optional.empty(), false, List.of()));
    }

    /** EgressGateway had it on this node: the node is to be the first to hold it here. */
    static void wantedOn(Turn turn, FleetEip eip, Optional<Holder> node, MoveReason reason) {
        var wanted = eip.assignment().withHolders(Optional.empty(), node).withReason(reason);
        turn.put(new FleetEip(wanted, eip.deadline(), eip.alerted(), eip.quarantined()));
    }

    /** No policy uses the EIP and no node holds it: it goes back to its pool. */
    static void free(Turn turn, FleetEip eip) {
        turn.remove(eip.assignment().eip());
        turn.decide(new EipFreed(eip.assignment().eip(), eip.assignment().gateway(), turn.nextEpoch()));
    }

    static void prepare(Turn turn, FleetEip eip, Placement.Choice choice, MoveReason reason) {
        assign(
                turn,
                eip,
                AssignmentStep.PREPARE,
                eip.assignment().holder(),
                choice.holder(),
                reason,
                choice.candidates());
    }

    static void release(Turn turn, FleetEip eip, Optional<Holder> successor, MoveReason reason) {
        assign(turn, eip, AssignmentStep.RELEASE, eip.assignment().holder(), successor, reason, List.of());
    }

    /** The move is off; the holder keeps the EIP. */
    static void keep(Turn turn, FleetEip eip) {
        assign(
                turn,
                eip,
                AssignmentStep.HELD,
                eip.assignment().holder(),
                Optional.empty(),
                eip.assignment().reason(),
                List.of());
    }

    /** The holder has acknowledged this epoch, so the epoch stays. */
    static void held(Turn turn, FleetEip eip) {
        Assignment now = eip.assignment();
        Assignment held = now.withStep(AssignmentStep.HELD)
                .withHolders(now.holder(), Optional.empty())
                .withCause(turn.cause());
        turn.put(new FleetEip(held, Optional.empty(), false, unexpired(turn, eip)));
        turn.decide(new EipAssigned(held, Optional.empty(), List.of()));
    }

    /** To be called only when no node holds the EIP any more. */
    static void acquire(Turn turn, FleetEip eip, Placement.Choice choice, MoveReason reason) {
        assign(turn, eip, AssignmentStep.ACQUIRE, choice.holder(), Optional.empty(), reason, choice.candidates());
    }

    /** No eligible node: the allocation stays, the traffic is dropped, the next eligible node gets it. */
    static void toWaiting(Turn turn, FleetEip eip, List<Candidate> candidates) {
        Optional<Duration> pauseEnds = quarantineEnds(turn, eip);
        boolean waitedBefore = eip.assignment().step() == AssignmentStep.WAITING
                && !eip.assignment().epoch().equals(Epoch.NONE);
        if (waitedBefore) {
            turn.put(new FleetEip(eip.assignment(), pauseEnds, eip.alerted(), eip.quarantined()));
            return;
        }
        assign(
                turn,
                eip,
                AssignmentStep.WAITING,
                Optional.empty(),
                Optional.empty(),
                MoveReason.NO_ELIGIBLE_NODE,
                candidates);
        FleetEip waiting = turn.state().eips().get(eip.assignment().eip()).orElseThrow();
        turn.put(new FleetEip(waiting.assignment(), pauseEnds, true, waiting.quarantined()));
        String subject = "eip " + eip.assignment().eip();
        // That another machine has the address was said when the first node heard it.
        if (unexpired(turn, eip).stream().noneMatch(q -> q.owner().isPresent())) {
            turn.decide(new AlertRaised(
                    pauseEnds.isPresent() ? AlertCode.ALL_CANDIDATES_FAILED : AlertCode.EIP_WITHOUT_HOLDER, subject));
        }
    }

    /** Other nodes are about to be Ready: the EIP is given to one of all of them, a little later. */
    static void waitForStartingNodes(Turn turn, FleetEip eip) {
        if (eip.deadline().isEmpty()) {
            Duration until = turn.now().plus(ColdStart.longest(turn));
            turn.put(new FleetEip(eip.assignment(), Optional.of(until), eip.alerted(), eip.quarantined()));
        }
    }

    /** Makes the node no candidate for this EIP for a while. */
    static FleetEip quarantine(Turn turn, FleetEip eip, Optional<Holder> barred, EipFailure failure) {
        Holder holder = barred.orElseThrow();
        Optional<MacAddress> owner = turn.state().rules().include(Rules.SEGMENTS) ? failure.owner() : Optional.empty();
        boolean alerted = eip.quarantined().stream().anyMatch(q -> q.owner().equals(owner));
        // One with an owner is known until somebody holds the EIP, so that not each attempt alerts.
        var list = eip.quarantined().stream()
                .filter(q -> !q.node().equals(holder.node()))
                .filter(q -> q.owner().isPresent() || q.lastsAt(turn.now()))
                .collect(Collectors.toCollection(ArrayList::new));
        list.add(new Quarantine(
                holder.node(), turn.now().plus(turn.state().settings().quarantine()), owner));
        var changed = new FleetEip(eip.assignment(), eip.deadline(), eip.alerted(), list);
        turn.put(changed);
        turn.decide(new NodeQuarantined(holder.node(), eip.assignment().eip(), failure.fault(), owner));
        if (owner.isPresent() && !alerted) {
            turn.decide(new AlertRaised(
                    AlertCode.ADDRESS_IN_USE, "eip " + eip.assignment().eip() + " used by " + owner.get()));
        }
        return changed;
    }

    /** No other node can take the EIP now; when the first quarantine ends, one may. */
    static void tryAgainAfterQuarantine(Turn turn, FleetEip eip) {
        turn.put(new FleetEip(eip.assignment(), quarantineEnds(turn, eip), eip.alerted(), eip.quarantined()));
    }

    private static Optional<Duration> quarantineEnds(Turn turn, FleetEip eip) {
        return unexpired(turn, eip).stream().map(Quarantine::until).min(Duration::compareTo);
    }

    /** A live holder does not let go: somebody must look, once per step. */
    static void alertOverdue(Turn turn, FleetEip eip) {
        if (!eip.alerted()) {
            turn.put(new FleetEip(eip.assignment(), eip.deadline(), true, eip.quarantined()));
            turn.decide(new AlertRaised(
                    AlertCode.RELEASE_OVERDUE, "eip " + eip.assignment().eip()));
        }
    }

    static FleetEip withoutDeadline(Turn turn, FleetEip eip) {
        var changed = new FleetEip(eip.assignment(), Optional.empty(), eip.alerted(), eip.quarantined());
        turn.put(changed);
        return changed;
    }

    private static List<Quarantine> unexpired(Turn turn, FleetEip eip) {
        return eip.quarantined().stream().filter(q -> q.lastsAt(turn.now())).toList();
    }

    /** Asks the same again, by another epoch: the answer to the one before was lost. */
    static void again(Turn turn, FleetEip eip, AssignmentStep step) {
        Assignment now = eip.assignment();
        assign(turn, eip, step, now.holder(), now.successor(), now.reason(), List.of());
    }

    /** A holder answered FAILED while nothing was decided: it is asked again once something is. */
    static void failedMeanwhile(Turn turn, FleetEip eip) {
        turn.put(new FleetEip(eip.assignment(), eip.deadline(), true, eip.quarantined()));
    }

    private static void assign(
            Turn turn,
            FleetEip eip,
            AssignmentStep step,
            Optional<Holder> holder,
            Optional<Holder> successor,
            MoveReason reason,
            List<Candidate> candidates) {
        Assignment before = eip.assignment();
        Assignment assignment = before.withEpoch(turn.nextEpoch())
                .withStep(step)
                .withHolders(holder, successor)
                .withReason(reason)
                .withCause(turn.cause());
        Optional<Duration> deadline = switch (step) {
            case PREPARE, RELEASE, ACQUIRE ->
                Optional.of(turn.now().plus(turn.state().settings().ackTimeout()));
            case WAITING, HELD -> Optional.empty();
        };
        turn.put(new FleetEip(assignment, deadline, false, eip.quarantined()));
        turn.decide(new EipAssigned(assignment, before.holder().map(Holder::node), candidates));
    }
}
