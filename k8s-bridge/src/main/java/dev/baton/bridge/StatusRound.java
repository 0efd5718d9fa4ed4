package dev.baton.bridge;

import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressClusterPolicy;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressPolicy;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.api.PolicyStatus;
import dev.baton.bridge.state.ClusterView;
import dev.baton.bridge.state.FleetView;
import dev.baton.bridge.state.PendingDeclarations;
import dev.baton.bridge.state.Subject;
import dev.baton.bridge.status.ClusterInfoStatuses;
import dev.baton.bridge.status.GatewayStatuses;
import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.ObjectKey.Part;
import dev.baton.bridge.status.PolicyStatuses;
import dev.baton.bridge.status.TunnelStatuses;
import dev.baton.bridge.status.Urgency;
import dev.baton.bridge.write.Patches;
import dev.baton.bridge.write.StatusWriter;
import dev.baton.bridge.write.UnchangedSince;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Compares every status with what it should say, and queues a write where it differs. Of earlier rounds it remembers
 * only the inputs with which an object was found correct or queued. So a status that a user deletes, or a write that
 * is lost, is repaired by the next round.
 */
final class StatusRound {
    /** At most one in five writes may refresh nothing but the time of the last heartbeat. */
    private static final int HEARTBEAT_SHARE = 5;

    private final ClusterView view;
    private final PendingDeclarations pledges;
    private final StatusWriter writer;
    private final UnchangedSince looked;
    private final BridgeConfig config;

    StatusRound(
            ClusterView view,
            PendingDeclarations pledges,
            StatusWriter writer,
            UnchangedSince looked,
            BridgeConfig config) {
        this.view = view;
        this.pledges = pledges;
        this.writer = writer;
        this.looked = looked;
        this.config = config;
    }

    void go(FleetView standing, Map<NodeId, Instant> heartbeats, Instant now) {
        tunnels(standing, heartbeats, now);
        view.policies.byKey().forEach((id, policy) -> policy(id, policy, standing, now));
        view.gateways.byKey().forEach((id, gateway) -> gateway(id, gateway, standing, now));
        clusterInfo(now);
    }

    private void tunnels(FleetView standing, Map<NodeId, Instant> heartbeats, Instant now) {
        Duration stale = staleAfter(view.nodes.size());
        view.nodes.forEach((node, uid) -> {
            Optional<EgressTunnel> known = view.tunnels.get(node);
            Optional<FleetNode> fleetNode = standing.node(node).filter(FleetNode::declared);
            if (known.isEmpty()) {
                EgressTunnel tunnel = tunnel(node, uid);
                put(tunnel, Part.OBJECT, uid, Urgency.PHASE, "made", () -> Patches.object(tunnel));
            } else if (fleetNode.isPresent()) {
                EgressTunnel tunnel = known.get();
                tunnel(
                        tunnel,
                        new TunnelBasis(
                                fleetNode.get(), tunnel.getStatus(), Optional.ofNullable(heartbeats.get(node)), stale),
                        now);
            }
        });
        view.tunnels.byKey().forEach((node, tunnel) -> {
            if (!view.nodes.containsKey(node)) {
                writer.put(key(tunnel, Part.OBJECT), Urgency.PHASE, StatusWriter.GONE, Patches.deletion(tunnel));
            }
        });
    }

    private record TunnelBasis(
            FleetNode node, EgressTunnel.Status existing, Optional<Instant> heartbeat, Duration stale) {}

    private void tunnel(EgressTunnel tunnel, TunnelBasis basis, Instant now) {
        ObjectKey key = key(tunnel, Part.STATUS);
        if (looked.isDone(key, basis)) {
            return;
        }
        EgressTunnel.Status existing = basis.existing();
        EgressTunnel.Status wanted = TunnelStatuses.of(basis.node(), existing, basis.heartbeat(), now);
        boolean refresh = wanted.equals(existing)
                && basis.heartbeat()
                        .filter(at -> isOlder(existing.lastHeartbeatTime(), at, basis.stale()))
                        .isPresent();
        EgressTunnel.Status shown =
                refresh ? TunnelStatuses.heard(wanted, basis.heartbeat().get()) : wanted;
        show(
                key,
                basis,
                existing,
                shown,
                refresh ? Urgency.HEARTBEAT : Urgency.PHASE,
                () -> Patches.status(new EgressTunnel(), tunnel, shown));
    }

    private Duration staleAfter(int nodes) {
        long seconds = (long) nodes * HEARTBEAT_SHARE / config.statusWritesPerSecond();
        Duration atLeast = Duration.ofSeconds(seconds);
        return atLeast.compareTo(config.heartbeatRefresh()) > 0 ? atLeast : config.heartbeatRefresh();
    }

    private static boolean isOlder(String shown, Instant heard, Duration stale) {
        return shown.isEmpty() || Duration.between(Instant.parse(shown), heard).compareTo(stale) >= 0;
    }

    private void policy(PolicyId id, HasMetadata policy, FleetView standing, Instant now) {
        var subject = new Subject.OfPolicy(id);
        PolicyStatus existing = PolicyStatus.of(policy);
        ObjectKey key = key(policy, Part.STATUS);
        PolicyStatuses.Basis basis = PolicyStatuses.basis(
                id, generation(policy), standing, view.malformed(subject), pledges.refusal(subject), existing);
        if (looked.isDone(key, basis)) {
            return;
        }
        PolicyStatus wanted = PolicyStatuses.of(basis, now);
        show(
                key,
                basis,
                existing,
                wanted,
                Urgency.POLICY,
                () -> policy instanceof EgressPolicy
                        ? Patches.status(new EgressPolicy(), policy, wanted)
                        : Patches.status(new EgressClusterPolicy(), policy, wanted));
    }

    private void gateway(GatewayId id, EgressGateway gateway, FleetView standing, Instant now) {
        var subject = new Subject.OfGateway(id);
        EgressGateway.Status existing = gateway.getStatus();
        ObjectKey key = key(gateway, Part.STATUS);
        GatewayStatuses.Basis basis = GatewayStatuses.basis(
                id, generation(gateway), standing, view.malformed(subject), pledges.refusal(subject), existing);
        if (looked.isDone(key, basis)) {
            return;
        }
        EgressGateway.Status wanted = GatewayStatuses.of(basis, now);
        show(key, basis, existing, wanted, Urgency.GATEWAY, () -> Patches.status(new EgressGateway(), gateway, wanted));
    }

    private record InfoBasis(long networks, EgressClusterInfo.Spec spec, EgressClusterInfo.Status existing) {}

    /** There is one, of a fixed name; if it is deleted, it is created again. */
    private void clusterInfo(Instant now) {
        Optional<EgressClusterInfo> known = view.clusterInfos.get(ClusterView.CLUSTER_INFO);
        if (known.isEmpty()) {
            var info = new EgressClusterInfo();
            info.getMetadata().setName(ClusterView.CLUSTER_INFO);
            info.setStatus(null);
            put(info, Part.OBJECT, "none", Urgency.SLICE, "made", () -> Patches.object(info));
            return;
        }
        EgressClusterInfo info = known.get();
        ObjectKey key = key(info, Part.STATUS);
        var basis = new InfoBasis(view.networks.version(), info.getSpec(), info.getStatus());
        if (looked.isDone(key, basis)) {
            return;
        }
        EgressClusterInfo.Status wanted =
                ClusterInfoStatuses.of(view.networks.status(info.getSpec()), generation(info), info.getStatus(), now);
        show(
                key,
                basis,
                info.getStatus(),
                wanted,
                Urgency.SLICE,
                () -> Patches.status(new EgressClusterInfo(), info, wanted));
    }

    private <S> void show(
            ObjectKey key,
            Object basis,
            S existing,
            S wanted,
            Urgency urgency,
            Supplier<StatusWriter.Request> request) {
        if (wanted.equals(existing)) {
            writer.drop(key);
            looked.done(key, basis);
        } else if (writer.put(key, urgency, wanted, request.get())) {
            looked.done(key, basis);
        }
    }

    private void put(
            HasMetadata object,
            Part part,
            Object basis,
            Urgency urgency,
            Object wanted,
            Supplier<StatusWriter.Request> request) {
        ObjectKey key = key(object, part);
        if (!looked.isDone(key, basis) && writer.put(key, urgency, wanted, request.get())) {
            looked.done(key, basis);
        }
    }

    private static EgressTunnel tunnel(NodeId node, String uid) {
        var tunnel = new EgressTunnel();
        tunnel.getMetadata().setName(node.toString());
        tunnel.getMetadata().setOwnerReferences(List.of(Patches.ownedBy("v1", "Node", node.toString(), uid)));
        tunnel.setStatus(null);
        return tunnel;
    }

    private static long generation(HasMetadata object) {
        Long generation = object.getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }

    static ObjectKey key(HasMetadata object, Part part) {
        String namespace = object.getMetadata().getNamespace();
        return new ObjectKey(
                object.getKind(),
                namespace == null ? "" : namespace,
                object.getMetadata().getName(),
                part);
    }
}
