package dev.baton.launcher.agent;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyId;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Timings;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelEntry;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.NodeView;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Bytes of the compacted logs into what this node should look like, what it owes, and what concerns the agent. */
final class NodeFold implements LogReader.Sink {
    private static final String NODE = "node/";
    private static final String EIP = "eip/";
    private static final String POLICY = "policy/";

    private final FleetId fleet;
    private final NodeId self;
    private final WireCodec codec;
    private NodeView view;
    private Duties duties;
    private Optional<Tunnel> own = Optional.empty();
    private Optional<Timings> timings = Optional.empty();
    private long cause = -1;
    private boolean changed = true;

    NodeFold(FleetId fleet, NodeId self, WireCodec codec, SortedMap<Eip, Epoch> seen) {
        this.fleet = fleet;
        this.codec = codec;
        this.self = self;
        this.view = new NodeView(self, seen);
        this.duties = new Duties(self);
    }

    @Override
    public void read(String topic, Key key, Optional<byte[]> value) {
        if (!key.fleet().equals(fleet)) {
            return;
        }
        if (topic.equals(Logs.TUNNELS.topic().name())) {
            value.map(bytes -> codec.decode(Logs.TUNNELS, bytes))
                    .ifPresentOrElse(this::tunnel, () -> tunnelRemoved(key.entity()));
        } else if (topic.equals(Logs.ASSIGNMENTS.topic().name())) {
            value.map(bytes -> codec.decode(Logs.ASSIGNMENTS, bytes))
                    .ifPresentOrElse(this::assignment, () -> assignmentRemoved(key.entity()));
        } else if (topic.equals(Logs.POLICIES.topic().name())) {
            value.map(bytes -> codec.decode(Logs.POLICIES, bytes))
                    .ifPresentOrElse(this::policy, () -> policyRemoved(key.entity()));
        } else if (topic.equals(Logs.ENDPOINTS.topic().name())) {
            value.map(bytes -> codec.decode(Logs.ENDPOINTS, bytes))
                    .ifPresentOrElse(this::endpoints, () -> endpointsRemoved(key.entity()));
        }
        changed = true;
    }

    private void tunnel(TunnelEntry entry) {
        view.tunnel(entry);
        switch (entry) {
            case Tunnel tunnel -> {
                cause = Math.max(cause, tunnel.cause());
                if (tunnel.node().equals(self)) {
                    own = Optional.of(tunnel);
                }
            }
            case SettingsInForce settings -> {
                cause = Math.max(cause, settings.cause());
                timings = Optional.of(settings.settings().timings());
            }
        }
    }

    private void tunnelRemoved(String entity) {
        after(entity, NODE).map(NodeId::new).ifPresent(node -> {
            view.tunnelRemoved(node);
            own = own.filter(tunnel -> !tunnel.node().equals(node));
        });
    }

    private void assignment(Assignment assignment) {
        if (view.assignment(assignment)) {
            cause = Math.max(cause, assignment.cause());
            duties.read(assignment, System.nanoTime());
        }
    }

    private void assignmentRemoved(String entity) {
        after(entity, EIP).map(Eip::parse).ifPresent(eip -> {
            view.assignmentRemoved(eip);
            duties.removed(eip);
        });
    }

    private void policy(PolicyBinding binding) {
        view.policy(binding);
        cause = Math.max(cause, binding.cause());
    }

    private void policyRemoved(String entity) {
        after(entity, POLICY).map(PolicyId::parse).ifPresent(view::policyRemoved);
    }

    private void endpoints(EndpointEntry entry) {
        view.endpoints(entry);
    }

    private void endpointsRemoved(String entity) {
        after(entity, POLICY).ifPresent(rest -> {
            int slice = rest.indexOf('#');
            if (slice > 0) {
                view.endpointsRemoved(PolicyId.parse(rest.substring(0, slice)), rest.substring(slice + 1));
            }
        });
    }

    private static Optional<String> after(String entity, String prefix) {
        return entity.startsWith(prefix) ? Optional.of(entity.substring(prefix.length())) : Optional.empty();
    }

    /** Another log is read from now on: nothing that this one said counts there. */
    void forget() {
        view = new NodeView(self, new TreeMap<>());
        duties = new Duties(self);
        own = Optional.empty();
        timings = Optional.empty();
        cause = -1;
        changed = true;
    }

    /** What is about to be told as FAILED is never done under this epoch any more. */
    void refuse(Eip eip, Epoch epoch) {
        view.refuse(eip, epoch);
        duties.removed(eip);
        changed = true;
    }

    /** Whether anything was read that was not taken. */
    boolean isChanged() {
        return changed;
    }

    /** All that was read is being obeyed now. */
    void taken() {
        changed = false;
    }

    DesiredState desired(Incarnation incarnation) {
        return view.desired(incarnation);
    }

    SortedMap<Eip, Epoch> epochs() {
        return view.seen();
    }

    Duties duties() {
        return duties;
    }

    Optional<Timings> timings() {
        return timings;
    }

    /** Offset of the fleet log that the newest thing read follows from; -1 before the first. */
    long cause() {
        return cause;
    }

    /** What the coordinator says of this node. */
    Optional<Tunnel> own() {
        return own;
    }

    /** The highest incarnation of this node that the coordinator has shown. */
    Incarnation shown() {
        return own.map(Tunnel::incarnation).orElse(Incarnation.NONE);
    }

    /**
     * Whether the coordinator has given this incarnation up, or knows a later one: then whatever lease is thought to run,
     * it gives no right. Happens when two agents use one name, or a lost run directory led to a number used before.
     */
    boolean isGivenUp(Incarnation incarnation) {
        return own.filter(tunnel -> tunnel.incarnation().supersedes(incarnation)
                        || (tunnel.incarnation().equals(incarnation) && isTimedOut(tunnel.phase())))
                .isPresent();
    }

    private static boolean isTimedOut(TunnelPhase phase) {
        return phase == TunnelPhase.HEARTBEAT_TIMEOUT || phase == TunnelPhase.NODE_NOT_READY;
    }
}
