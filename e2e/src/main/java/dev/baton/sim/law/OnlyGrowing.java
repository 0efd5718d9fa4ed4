package dev.baton.sim.law;

import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.Decision.TunnelPhaseDecided;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.failover.core.FleetState;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.world.Deeds;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.util.TreeMap;

/** Law 3: epochs of an EIP and incarnations of a node only grow; nobody acts on an older one. */
public final class OnlyGrowing implements Law {
    private final TreeMap<Eip, Assignment> latest = new TreeMap<>();
    private final TreeMap<Epoch, Assignment> byEpoch = new TreeMap<>();
    private final TreeMap<NodeId, Incarnation> decided = new TreeMap<>();
    /** By machine, as is the next: two of them may have one node's name, and know nothing of each other. */
    private final TreeMap<String, Incarnation> begun = new TreeMap<>();

    private final TreeMap<String, Epoch> obeyed = new TreeMap<>();
    private long seen;

    @Override
    public LawName name() {
        return LawName.ONLY_GROWING;
    }

    @Override
    public void logsBeganAnew() {
        latest.clear();
        byEpoch.clear();
        decided.clear();
        obeyed.clear();
        seen = 0;
    }

    @Override
    public void check(World world) {
        for (; seen < world.ledger().decidedEnd(); seen++) {
            world.ledger().decided(seen).decisions().forEach(this::decision);
        }
        FleetState fleet = world.ledger().fleet();
        world.deeds().recent().forEach(deed -> deed(deed, fleet));
    }

    private void decision(Decision decision) {
        switch (decision) {
            case EipAssigned(Assignment assignment, var from, var candidates) -> assigned(assignment);
            case TunnelPhaseDecided phase -> {
                Incarnation before = decided.getOrDefault(phase.node(), Incarnation.NONE);
                if (before.supersedes(phase.incarnation())) {
                    throw broken("incarnation of " + phase.node() + " fell from " + before + " in " + phase);
                }
                decided.put(phase.node(), phase.incarnation());
            }
            default -> {}
        }
    }

    private void assigned(Assignment assignment) {
        Assignment before = latest.put(assignment.eip(), assignment);
        byEpoch.put(assignment.epoch(), assignment);
        if (before == null || assignment.epoch().supersedes(before.epoch())) {
            return;
        }
        boolean settles = assignment.epoch().equals(before.epoch())
                && before.step() == AssignmentStep.ACQUIRE
                && assignment.step() == AssignmentStep.HELD
                && before.holder().equals(assignment.holder());
        if (!settles) {
            throw broken("epoch did not grow from " + before + " to " + assignment);
        }
    }

    private void deed(Deeds.Deed deed, FleetState fleet) {
        switch (deed) {
            case Deeds.Deed.Began(SimNode node, Incarnation incarnation) -> {
                Incarnation before = begun.getOrDefault(node.name(), Incarnation.NONE);
                if (!incarnation.supersedes(before)) {
                    throw broken(node.name() + " begins incarnation " + incarnation + ", but has been " + before);
                }
                begun.put(node.name(), incarnation);
            }
            case Deeds.Deed.Held held -> {
                current(held);
                if (held.node().runDirectory().lineages().obeyed().equals(fleet.lineage())) {
                    obeyed(held);
                    meant(held, fleet);
                } // else by a log that is no more
            }
            case Deeds.Deed.SpokeLapsed spoke -> {}
            case Deeds.Deed.AnsweredApplied answered -> {}
            case Deeds.Deed.LetGo letGo -> {}
            case Deeds.Deed.Kept kept -> {}
            case Deeds.Deed.Restored restored -> {}
        }
    }

    private void current(Deeds.Deed.Held held) {
        String node = held.node().name();
        Incarnation current = begun.getOrDefault(node, Incarnation.NONE);
        if (!held.incarnation().equals(current)) {
            throw broken(node + " holds " + held.eip() + " as #" + held.incarnation() + ", but is #" + current);
        }
    }

    /** Two machines of one name may have drawn one number: what it is given is for the one that was heard. */
    private void meant(Deeds.Deed.Held held, FleetState fleet) {
        fleet.nodes()
                .get(held.node().id())
                .filter(known -> known.incarnation().equals(held.incarnation()))
                .flatMap(FleetNode::parent)
                .filter(heard -> !heard.meets(held.node().parent()))
                .ifPresent(heard -> {
                    throw broken(held.node().name() + " holds " + held.eip() + " as #" + held.incarnation()
                            + ", which is the number of the machine with " + heard);
                });
    }

    private void obeyed(Deeds.Deed.Held held) {
        NodeId node = held.node().id();
        Assignment assignment = byEpoch.get(held.epoch());
        if (assignment == null || !assignment.allows(node, held.incarnation())) {
            throw broken(node + "#" + held.incarnation() + " holds " + held.eip() + " by " + assignment);
        }
        String of = held.node().name() + " " + held.eip();
        Epoch before = obeyed.getOrDefault(of, Epoch.NONE);
        if (before.supersedes(held.epoch())) {
            throw broken(node + " holds " + held.eip() + " by epoch " + held.epoch() + " after epoch " + before);
        }
        obeyed.put(of, held.epoch());
    }
}
