package dev.baton.failover.core;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.EarlierLeasesOver;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.TunnelAdopted;
import dev.baton.contract.TunnelPhaseChanged;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The coordination fold: from the fleet log to decisions.
 *
 * <p> Each entry first changes what is known (one class per kind of event). Then everything that follows is decided:
 * tunnels, the brake, and each EIP's assignment by {@link Assignments}.
 */
public final class Coordination {
    private Coordination() {}

    /**
     * Folds one entry.
     *
     * @param offset of the entry in {@code baton.fleet}: the cause that names the decisions
     */
    public static Outcome step(FleetState state, long offset, Sequenced entry) {
        return step(new Turn(state, offset, false), entry);
    }

    /** A fold of the fleet log: {@link #step}, or that of another release. */
    @FunctionalInterface
    public interface Fold {
        Outcome step(FleetState before, long offset, Sequenced entry);
    }

    /**
     * Folds one entry, or passes it over if the fold throws at it. Whoever folds a whole log does it so.
     *
     * @param bug hears of what was thrown
     */
    public static Outcome orPassedOver(
            Fold fold, FleetState before, long offset, Sequenced entry, Consumer<RuntimeException> bug) {
        try {
            return fold.step(before, offset, entry);
        } catch (RuntimeException thrown) {
            bug.accept(thrown);
            return notFolded(before, offset, entry);
        }
    }

    /**
     * What becomes of an entry on which {@link #step} throws: nothing follows from it. Its origin was seen, so that
     * what comes after it is taken. So was the lineage that the first entry of a log draws: a log without one gives
     * EIPs at once.
     */
    public static Outcome notFolded(FleetState state, long offset, Sequenced entry) {
        var turn = new Turn(state, offset, false);
        Beginnings.draw(turn, entry.drawn());
        entry.origin().ifPresent(origin -> isFirstSight(turn, origin));
        turn.ignore(Ignored.NOT_FOLDED);
        return turn.outcome();
    }

    /**
     * The same, but evaluates every EIP and policy, whatever the entry is about: {@link #step} must decide the same.
     */
    static Outcome stepLookingAtAll(FleetState state, long offset, Sequenced entry) {
        return step(new Turn(state, offset, true), entry);
    }

    private static Outcome step(Turn turn, Sequenced entry) {
        Beginnings.draw(turn, entry.drawn());
        if (entry.origin().isPresent() && !isFirstSight(turn, entry.origin().get())) {
            turn.ignore(Ignored.SEQUENCED_TWICE);
            return turn.outcome();
        }
        if (entry.event() instanceof RulesAdopted begun && entry.origin().isEmpty()) {
            RulesInForce.begunWith(turn, begun);
        } else {
            fold(turn, entry.event(), entry.origin().map(Origin::offset).orElse(-1L));
        }
        return turn.outcome();
    }

    /** An intake that restarts repeats entries, from some offset on and in order: each origin counts once. */
    private static boolean isFirstSight(Turn turn, Origin origin) {
        Optional<Origin> last = switch (origin.source()) {
            case HEARTBEATS -> turn.state().heartbeatsOrigin();
            case DECLARATIONS -> turn.state().declarationsOrigin();
        };
        if (last.isPresent() && !origin.after(last.get())) {
            return false;
        }
        switch (origin.source()) {
            case HEARTBEATS -> turn.putHeartbeatsOrigin(origin);
            case DECLARATIONS -> turn.putDeclarationsOrigin(origin);
        }
        return true;
    }

    private static void fold(Turn turn, FleetEvent event, long origin) {
        if (Standstill.is(turn.state())) {
            boolean sealed = turn.state().sealed();
            Epoch before = turn.state().lastEpoch();
            if (Standstill.fold(turn, event, origin)) {
                settle(turn, eip -> true);
                if (sealed) {
                    Assignments.askAgain(turn, before);
                }
            }
            return;
        }
        switch (event) {
            case FleetSealed sealed -> Standstill.seal(turn, sealed, origin);
            case FleetImported imported -> Imports.take(turn, imported.part(), origin);
            case TunnelPhaseChanged changed -> {
                Nodes.phaseChanged(turn, changed);
                if (Beginnings.look(turn)) {
                    settle(turn, eip -> true);
                } else {
                    settleNode(turn, changed.node());
                }
            }
            case NodeLeaving leaving -> {
                Nodes.leaving(turn, leaving);
                settleNode(turn, leaving.node());
            }
            case EarlierLeasesOver over -> {
                Beginnings.earlierLeasesOver(turn, over);
                settle(turn, eip -> true);
            }
            case DatapathAcknowledged ack -> {
                Assignments.acknowledged(turn, ack);
                Policies.bindUnbound(turn);
                Nodes.releaseUnused(turn);
            }
            case Tick tick -> ticked(turn, tick);
            case GatewayDeclared declared -> {
                Gateways.declared(turn, declared, origin);
                settle(turn, eip -> true);
            }
            case GatewayRemoved removed -> Gateways.removed(turn, removed, origin);
            case PolicyDeclared declared -> {
                Policies.declared(turn, declared, origin);
                settle(turn, eip -> false);
            }
            case PolicyRemoved removed -> {
                Policies.removed(turn, removed, origin);
                settle(turn, eip -> false);
            }
            case NodeDeclared declared -> {
                Nodes.declared(turn, declared, origin);
                settleNode(turn, declared.node());
            }
            case NodeRemoved removed -> {
                Nodes.removed(turn, removed, origin);
                settleNode(turn, removed.node());
            }
            case RulesAdopted adopted -> RulesInForce.adopted(turn, adopted, origin);
            case SettingsDeclared declared -> FleetSettings.settingsDeclared(turn, declared, origin);
            case ClusterNetworksDeclared declared -> {
                ClusterNetworks.declared(turn, declared, origin);
                settle(turn, eip -> false);
            }
            case DrainRequested drain -> {
                Nodes.drain(turn, drain, origin);
                settleNode(turn, drain.node());
            }
            case EipMoveRequested move -> Moves.requested(turn, move, origin);
            case EipsAdopted adopted -> {
                Adoption.take(turn, adopted, origin);
                settle(turn, eip -> false);
            }
            case TunnelAdopted adopted -> TunnelAdoption.take(turn, adopted, origin);
            case RebalanceRequested rebalance -> Moves.rebalance(turn, rebalance, origin);
        }
    }

    /**
     * A waiting EIP can only be unblocked by the node this entry is about, unless it waits for nodes that are about to
     * be Ready: then this one may be the last of them, or may not come after all.
     */
    private static void settleNode(Turn turn, NodeId id) {
        Optional<FleetNode> node = turn.state().nodes().get(id);
        settle(
                turn,
                eip -> eip.assignment().step() != AssignmentStep.WAITING
                        || node.filter(known -> Placement.mayTake(turn, eip, known))
                                .isPresent());
    }

    /** Another EIP of its gateway that was given to a node since ends its wait for the nodes that start. */
    private static boolean isGathering(FleetEip eip) {
        return eip.assignment().step() == AssignmentStep.WAITING
                && eip.deadline().isPresent();
    }

    private static void settle(Turn turn, Predicate<FleetEip> news) {
        boolean released = Gateways.brake(turn);
        Assignments.settleAll(
                turn, released || turn.looksAtAll() ? eip -> true : eip -> news.test(eip) || isGathering(eip));
        Policies.bindUnbound(turn);
        Nodes.releaseUnused(turn);
    }

    private static void ticked(Turn turn, Tick tick) {
        if (!LogClock.count(turn, tick)) {
            return;
        }
        Assignments.timePassed(turn);
        Policies.bindUnbound(turn);
    }
}
