package dev.baton.failover.core;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Decision.TunnelAllocated;
import dev.baton.contract.Decision.TunnelPhaseDecided;
import dev.baton.contract.Decision.TunnelReleased;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.TunnelAddress;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.RefusalReason;
import dev.baton.contract.Rules;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Nodes: what Kubernetes and their heartbeats say about them, and the phase that is shown. */
final class Nodes {
    private Nodes() {}

    static void declared(Turn turn, NodeDeclared declared, long origin) {
        FleetNode node = known(turn, declared.node());
        Optional<TunnelAddress> tunnel = node.tunnel().or(() -> TunnelAddresses.allocate(turn, declared.node()));
        if (!Refusal.acceptOrRefuse(
                turn,
                origin,
                tunnel.isPresent()
                        ? Optional.empty()
                        : Optional.of(new Refusal(
                                "node " + declared.node(),
                                RefusalReason.ADDRESS_OUTSIDE_POOL,
                                "no tunnel address is free in "
                                        + turn.state().settings().tunnelIpv4Subnet() + " and "
                                        + turn.state().settings().tunnelIpv6Subnet())))) {
            return;
        }
        boolean allocated = node.tunnel().isEmpty();
        Reachability before = turn.state().reachability();
        FleetNode changed = new Change(node).declared(declared).tunnel(tunnel).done();
        turn.put(changed);
        Paths.tell(turn, changed, before);
        if (allocated) {
            TunnelAddress given = tunnel.get();
            turn.decide(new TunnelAllocated(declared.node(), given.mac(), given.ipv4(), given.ipv6(), given.mark()));
        }
        if (allocated || phaseToShow(changed) != node.shown()) {
            show(turn, changed, allocated ? PhaseReason.ALLOCATED : PhaseReason.NODE_CONDITION, Duration.ZERO);
        }
    }

    /** Its tunnel is another one from now on. */
    static void retunnel(Turn turn, FleetNode node, TunnelAddress tunnel) {
        turn.put(new Change(node).tunnel(Optional.of(tunnel)).done());
        turn.decide(new TunnelAllocated(node.node(), tunnel.mac(), tunnel.ipv4(), tunnel.ipv6(), tunnel.mark()));
    }

    static void removed(Turn turn, NodeRemoved removed, long origin) {
        Optional<FleetNode> node = turn.state().nodes().get(removed.node()).filter(FleetNode::declared);
        if (Refusal.acceptOrRefuse(turn, origin, unknownUnless(node.isPresent(), removed.node()))) {
            Reachability before = turn.state().reachability();
            FleetNode without = new Change(node.get()).undeclared().done();
            turn.put(without);
            Paths.tell(turn, without, before);
            turn.makeRoom(); // its own address may be one of a pool's
        }
    }

    static void drain(Turn turn, DrainRequested drain, long origin) {
        Optional<FleetNode> node = turn.state().nodes().get(drain.node()).filter(FleetNode::declared);
        if (Refusal.acceptOrRefuse(turn, origin, unknownUnless(node.isPresent(), drain.node()))) {
            turn.put(new Change(node.get()).draining(drain.drain()).done());
        }
    }

    static void phaseChanged(Turn turn, TunnelPhaseChanged changed) {
        FleetNode node = known(turn, changed.node());
        if (node.incarnation().supersedes(changed.incarnation())) {
            turn.ignore(Ignored.OLDER_INCARNATION);
            return;
        }
        Reachability before = turn.state().reachability();
        FleetNode heard = new Change(node).heard(changed).done();
        turn.put(heard);
        if (node.parent().isPresent() && !Paths.place(node).equals(Paths.place(heard))) {
            turn.makeRoom();
        }
        if (!Paths.onlyTheyChanged(turn, node, heard)) {
            show(turn, heard, changed.reason(), changed.silence());
        }
        Paths.tell(turn, heard, before);
        Claims.tell(turn, node, heard);
    }

    /** Other nodes reach it again, or do not reach it any more: its own word is the same as before. */
    static void reachabilityChanged(Turn turn, NodeId id) {
        turn.state()
                .nodes()
                .get(id)
                .filter(node -> node.live() == TunnelPhase.READY)
                .ifPresent(node -> show(turn, node, PhaseReason.DATAPATH_READY, Duration.ZERO));
    }

    static void leaving(Turn turn, NodeLeaving leaving) {
        FleetNode node = known(turn, leaving.node());
        if (!node.incarnation().equals(leaving.incarnation())) {
            turn.ignore(Ignored.OLDER_INCARNATION);
            return;
        }
        turn.put(new Change(node).leaving(true).done());
    }

    /** Releases the tunnels of removed nodes that no assignment names any more. */
    static void releaseUnused(Turn turn) {
        // Iterates over the table as it was: the tables are persistent, so changes of the turn do not affect it.
        for (Table.Entry<NodeId, FleetNode> entry : turn.state().nodes()) {
            FleetNode node = entry.value();
            if (!node.declared() && node.tunnel().isPresent() && !isNamed(turn, node.node())) {
                turn.put(withoutTunnel(new Change(node)).done());
                turn.decide(new TunnelReleased(node.node()));
            }
        }
    }

    /** What is left of a node of which nothing but its own words counts. */
    static FleetNode asHeardOnly(FleetNode node) {
        return withoutTunnel(new Change(node).undeclared()).done();
    }

    private static Change withoutTunnel(Change node) {
        return node.tunnel(Optional.empty()).shown(TunnelPhase.PENDING, node.before.reason());
    }

    private static boolean isNamed(Turn turn, NodeId node) {
        for (Table.Entry<Eip, FleetEip> eip : turn.state().eips()) {
            Optional<Holder> holder = eip.value().assignment().holder();
            Optional<Holder> successor = eip.value().assignment().successor();
            if (holder.filter(h -> h.node().equals(node)).isPresent()
                    || successor.filter(h -> h.node().equals(node)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Decides the phase of a node that is shown from now on. */
    private static void show(Turn turn, FleetNode node, PhaseReason told, Duration silence) {
        TunnelPhase phase = phaseToShow(node);
        boolean unreachable = phase == TunnelPhase.READY && turn.isUnreachable(node.node());
        PhaseReason reason = unreachable ? PhaseReason.UNREACHABLE : told;
        FleetNode shown = new Change(node).shown(phase, reason).done();
        turn.put(shown);
        if (node.tunnel().isPresent()) {
            turn.decide(new TunnelPhaseDecided(node.node(), node.incarnation(), phase, reason, node.fault(), silence));
        }
    }

    private static TunnelPhase phaseToShow(FleetNode node) {
        if (node.tunnel().isEmpty()) {
            return TunnelPhase.PENDING;
        }
        boolean silent = node.live() == TunnelPhase.HEARTBEAT_TIMEOUT;
        return silent && !node.kubernetesReady() ? TunnelPhase.NODE_NOT_READY : node.live();
    }

    private static Optional<Refusal> unknownUnless(boolean known, NodeId node) {
        return known
                ? Optional.empty()
                : Optional.of(
                        new Refusal("node " + node, RefusalReason.NODE_UNKNOWN, "no node of this name is declared"));
    }

    private static FleetNode known(Turn turn, NodeId node) {
        return turn.state().nodes().get(node).orElseGet(() -> neverHeardOf(node));
    }

    private static FleetNode neverHeardOf(NodeId node) {
        return new FleetNode(
                node,
                false,
                new TreeMap<>(),
                true,
                false,
                false,
                false,
                Optional.empty(),
                TunnelPhase.INIT,
                TunnelPhase.PENDING,
                PhaseReason.ALLOCATED,
                DatapathFault.NONE,
                Incarnation.NONE,
                -1,
                Optional.empty(),
                Optional.empty(),
                Rules.FIRST);
    }

    /** A changed copy of a node: names what changes, copies the rest. */
    private static final class Change {
        private final FleetNode before;
        private boolean declared;
        private SortedMap<String, String> labels;
        private boolean kubernetesReady;
        private boolean draining;
        private boolean cordoned;
        private boolean leaving;
        private Optional<TunnelAddress> tunnel;
        private TunnelPhase shown;
        private PhaseReason reason;
        private Optional<TunnelPhaseChanged> heard = Optional.empty();

        Change(FleetNode before) {
            this.before = before;
            this.declared = before.declared();
            this.labels = before.labels();
            this.kubernetesReady = before.kubernetesReady();
            this.draining = before.draining();
            this.cordoned = before.cordoned();
            this.leaving = before.leaving();
            this.tunnel = before.tunnel();
            this.shown = before.shown();
            this.reason = before.reason();
        }

        Change declared(NodeDeclared by) {
            declared = true;
            labels = by.labels();
            kubernetesReady = by.ready();
            cordoned = by.cordoned();
            return this;
        }

        Change undeclared() {
            declared = false;
            draining = false;
            cordoned = false;
            labels = new TreeMap<>();
            return this;
        }

        Change draining(boolean drains) {
            draining = drains;
            return this;
        }

        Change leaving(boolean leaves) {
            leaving = leaves;
            return this;
        }

        Change tunnel(Optional<TunnelAddress> given) {
            tunnel = given;
            return this;
        }

        Change shown(TunnelPhase phase, PhaseReason why) {
            shown = phase;
            reason = why;
            return this;
        }

        Change heard(TunnelPhaseChanged changed) {
            heard = Optional.of(changed);
            leaving = leaving && !changed.incarnation().supersedes(before.incarnation());
            return this;
        }

        FleetNode done() {
            return new FleetNode(
                    before.node(),
                    declared,
                    labels,
                    kubernetesReady,
                    draining,
                    cordoned,
                    leaving,
                    tunnel,
                    heard.map(TunnelPhaseChanged::phase).orElse(before.live()),
                    shown,
                    reason,
                    heard.map(TunnelPhaseChanged::fault).orElse(before.fault()),
                    heard.map(TunnelPhaseChanged::incarnation).orElse(before.incarnation()),
                    heard.map(TunnelPhaseChanged::foldedOffset).orElse(before.foldedOffset()),
                    heard.map(TunnelPhaseChanged::parent).orElse(before.parent()),
                    heard.map(TunnelPhaseChanged::lineage).orElse(before.lineage()),
                    heard.map(TunnelPhaseChanged::reads).orElse(before.reads()));
        }
    }
}
