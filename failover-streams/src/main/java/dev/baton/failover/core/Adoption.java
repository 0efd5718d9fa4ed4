package dev.baton.failover.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision.LineRefused;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.Holder;
import dev.baton.contract.MoveReason;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Rules;
import dev.baton.contract.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Takes a gateway's EIPs over from EgressGateway: its policies get the EIPs that they had there, and the EIPs go to the
 * nodes that held them there. What was decided here before gives way by the same steps as ever: a holder lets go before
 * another one takes.
 *
 * <p>EgressGateway may have paired addresses otherwise than this log. Then two EIPs have an address in common for a
 * while: the old one, which no policy uses any more and whose holder lets go; and the new one, which nobody holds
 * before the old one is freed.
 */
final class Adoption {
    private Adoption() {}

    static void take(Turn turn, EipsAdopted adopted, long origin) {
        Optional<Refusal> refusal = tooOld(turn, "adoption of gateway " + adopted.gateway())
                .or(() -> AdoptedLines.unknownGateway(turn, adopted));
        if (!Refusal.acceptOrRefuse(turn, origin, refusal)) {
            return;
        }
        AdoptedLines lines = AdoptedLines.of(turn, adopted);
        lines.refused().forEach(line -> refuse(turn, origin, line));
        SortedSet<PolicyId> elsewhere = lines.giveWay(turn);
        var allocated = new ArrayList<AdoptedEip>();
        for (AdoptedEip line : lines.taken()) {
            if (isAllocated(turn, line, adopted, origin)) {
                allocated.add(line);
            }
        }
        elsewhere.forEach(policy -> Policies.rebind(turn, policy, Optional.empty()));
        for (AdoptedEip line : allocated) {
            line.policies().forEach(policy -> Policies.rebind(turn, policy, Optional.of(line.eip())));
        }
        Assignments.settleAll(turn, eip -> false); // those that no policy uses any more
        allocated.forEach(line -> place(turn, line, origin));
        elsewhere.forEach(policy -> Policies.bindElsewhere(turn, policy));
        turn.makeRoom(); // what was given away may be what another policy has waited for
    }

    private static boolean isAllocated(Turn turn, AdoptedEip line, EipsAdopted adopted, long origin) {
        if (turn.state().eips().contains(line.eip())) {
            return true;
        }
        if (TunnelAddresses.freeForEip(turn).isEmpty()) {
            refuse(
                    turn,
                    origin,
                    new Refusal(
                            AdoptedLines.subject(line),
                            RefusalReason.MARKS_EXHAUSTED,
                            "all marks are given to other EIPs"));
            return false;
        }
        Steps.allocate(turn, line.eip(), adopted.gateway());
        FleetEip eip = turn.state().eips().get(line.eip()).orElseThrow();
        Steps.wantedOn(turn, eip, Optional.empty(), MoveReason.ADOPTED);
        return true;
    }

    private static void place(Turn turn, AdoptedEip line, long origin) {
        FleetEip eip = turn.state().eips().get(line.eip()).orElseThrow();
        line.node().flatMap(node -> misplaced(turn, eip, node)).ifPresent(why -> refuse(turn, origin, why));
        Assignments.settle(turn, line.eip());
    }

    /** Brings the EIP to the node; else says why that cannot be. The policies have it in any case. */
    private static Optional<Refusal> misplaced(Turn turn, FleetEip eip, NodeId id) {
        Assignment now = eip.assignment();
        Optional<NodeId> bearer = now.successor().or(now::holder).map(Holder::node);
        if (now.step() != AssignmentStep.WAITING && bearer.equals(Optional.of(id))) {
            return Optional.empty();
        }
        String subject = "node of eip " + now.eip();
        FleetNode node = turn.state().nodes().get(id).orElseThrow();
        Verdict verdict = Placement.verdict(turn, eip, node);
        if (verdict != Verdict.ELIGIBLE) {
            return Optional.of(new Refusal(
                    subject,
                    RefusalReason.TARGET_NOT_ELIGIBLE,
                    "node " + id + " is " + verdict + ", not ELIGIBLE; the EIP is placed by the usual rules"));
        }
        var wanted = Optional.of(new Holder(id, node.incarnation()));
        if (isNeverGiven(now)) {
            Steps.wantedOn(turn, eip, wanted, MoveReason.ADOPTED);
            return Optional.empty();
        }
        if (Assignments.canBeMoved(eip)) {
            Assignments.move(turn, eip, new Placement.Choice(wanted, List.of()), MoveReason.ADOPTED);
            return Optional.empty();
        }
        return Optional.of(new Refusal(
                subject,
                RefusalReason.MOVE_IN_PROGRESS,
                "its assignment is at step " + now.step() + "; only from HELD can it move to node " + id));
    }

    /** Nobody has held it since it was allocated. */
    private static boolean isNeverGiven(Assignment assignment) {
        return assignment.step() == AssignmentStep.WAITING && assignment.epoch().equals(Epoch.NONE);
    }

    /** Whether it was allocated by an adoption and nobody has held it yet. */
    static boolean isNew(FleetEip eip) {
        return isNeverGiven(eip.assignment()) && eip.assignment().reason() == MoveReason.ADOPTED;
    }

    /** Whether another EIP, which somebody may hold yet, has one of its addresses. */
    static boolean isBlocked(Turn turn, FleetEip eip) {
        return isNew(eip) && !AdoptedLines.sharing(turn, eip.assignment().eip()).isEmpty();
    }

    /** Whether no policy uses the EIP any more, and another one waits for one of its addresses. */
    static boolean givesWay(Turn turn, Eip eip) {
        return turn.state().rules().include(Rules.ADOPTION)
                && !turn.isUsed(eip)
                && !AdoptedLines.sharing(turn, eip).isEmpty();
    }

    /** The new EIPs that may have had to wait until this one was freed. */
    static List<Eip> waitingFor(Turn turn, Eip freed) {
        return AdoptedLines.sharing(turn, freed).stream()
                .filter(eip ->
                        turn.state().eips().get(eip).filter(Adoption::isNew).isPresent())
                .toList();
    }

    /** With a reason that records of the rules in force have a word for, as {@code RULES_TOO_OLD} has none there. */
    static Optional<Refusal> tooOld(Turn turn, String subject) {
        Rules rules = turn.state().rules();
        return rules.include(Rules.ADOPTION)
                ? Optional.empty()
                : Optional.of(new Refusal(
                        subject,
                        RefusalReason.RULES_NOT_KNOWN,
                        "the log is at rules version " + rules + "; adoption needs " + Rules.ADOPTION
                                + " (baton rules adopt " + Rules.ADOPTION + ")"));
    }

    private static void refuse(Turn turn, long origin, Refusal why) {
        turn.decide(new LineRefused(origin, why.subject(), why.reason(), why.detail()));
    }
}
