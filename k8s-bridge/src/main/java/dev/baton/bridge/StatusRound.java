package dev.baton.bridge;

import dev.baton.bridge.api.EgressClusterInfo;
import dev.baton.bridge.api.EgressClusterPolicy;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.api.EgressPolicy;
import dev.baton.bridge.api.EgressTunnel;
import dev.baton.bridge.api.PolicyStatus;
import dev.baton.bridge.core.GatewayStatuses;
import dev.baton.bridge.core.ObjectKey;
import dev.baton.bridge.core.ObjectKey.Part;
import dev.baton.bridge.core.Pledges;
import dev.baton.bridge.core.PolicyStatuses;
import dev.baton.bridge.core.Standing;
import dev.baton.bridge.core.Subject;
import dev.baton.bridge.core.TunnelStatuses;
import dev.baton.bridge.core.Urgency;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares every status with what it should say and puts what differs into the writer. Nothing is remembered between
 * rounds, so a status that somebody deletes, or a write that is lost, is made good by the next.
 */
final class StatusRound {
    /** Of the writes a second, at most so many for nothing but the time of the last heartbeat: one in five. */
    private static final int HEARTBEAT_SHARE = 5;

    private final ClusterView view;
    private final Pledges pledges;
    private final StatusWriter writer;
    private final BridgeConfig config;

    StatusRound(ClusterView view, Pledges pledges, StatusWriter writer, BridgeConfig config) {
        this.view = view;
        this.pledges = pledges;
        this.writer = writer;
        this.config = config;
    }

    void go(Standing standing, Map<NodeId, Instant> heartbeats, Instant now) {
        tunnels(standing, heartbeats, now);
        view.policies.byKey().forEach((id, policy) -> policy(id, policy, standing, now));
        view.gateways.byKey().forEach((id, gateway) -> {
            var subject = new Subject.OfGateway(id);
            EgressGateway.Status wanted = GatewayStatuses.of(
                    id,
                    generation(gateway),
                    standing,
                    view.malformed(subject),
                    pledges.refusal(subject),
                    gateway.getStatus(),
                    now);
            show(
                    gateway,
                    gateway.getStatus(),
                    wanted,
                    Urgency.GATEWAY,
                    () -> Patches.status(new EgressGateway(), gateway, wanted));
        });
        clusterInfo();
    }

    private void tunnels(Standing standing, Map<NodeId, Instant> heartbeats, Instant now) {
        Duration stale = staleAfter(view.nodes.size());
        view.nodes.forEach((node, uid) -> {
            Optional<EgressTunnel> known = view.tunnels.get(node);
            Optional<FleetNode> fleetNode = standing.node(node).filter(FleetNode::declared);
            if (known.isEmpty()) {
                EgressTunnel tunnel = tunnel(node, uid);
                writer.put(key(tunnel, Part.OBJECT), Urgency.PHASE, "made", Patches.object(tunnel));
            } else if (fleetNode.isPresent()) {
                tunnel(known.get(), fleetNode.get(), Optional.ofNullable(heartbeats.get(node)), stale, now);
            }
        });
        view.tunnels.byKey().forEach((node, tunnel) -> {
            if (!view.nodes.containsKey(node)) {
                writer.put(key(tunnel, Part.OBJECT), Urgency.PHASE, "gone", Patches.deletion(tunnel));
            }
        });
    }

    private void tunnel(EgressTunnel tunnel, FleetNode node, Optional<Instant> heartbeat, Duration stale, Instant now) {
        EgressTunnel.Status existing = tunnel.getStatus();
        EgressTunnel.Status wanted = TunnelStatuses.of(node, existing, heartbeat, now);
        boolean refresh = wanted.equals(existing)
                && heartbeat
                        .filter(at -> isOlder(existing.lastHeartbeatTime(), at, stale))
                        .isPresent();
        EgressTunnel.Status shown = refresh ? TunnelStatuses.heard(wanted, heartbeat.get()) : wanted;
        show(
                tunnel,
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

    private void policy(PolicyId id, HasMetadata policy, Standing standing, Instant now) {
        var subject = new Subject.OfPolicy(id);
        PolicyStatus existing = policy instanceof EgressPolicy namespaced
                ? namespaced.getStatus()
                : ((EgressClusterPolicy) policy).getStatus();
        PolicyStatus wanted = PolicyStatuses.of(
                id, generation(policy), standing, view.malformed(subject), pledges.refusal(subject), existing, now);
        show(
                policy,
                existing,
                wanted,
                Urgency.POLICY,
                () -> policy instanceof EgressPolicy
                        ? Patches.status(new EgressPolicy(), policy, wanted)
                        : Patches.status(new EgressClusterPolicy(), policy, wanted));
    }

    /** There is one, of a fixed name; who deletes it gets it again. */
    private void clusterInfo() {
        Optional<EgressClusterInfo> known = view.clusterInfos.get(ClusterView.CLUSTER_INFO);
        if (known.isEmpty()) {
            var info = new EgressClusterInfo();
            info.getMetadata().setName(ClusterView.CLUSTER_INFO);
            info.setStatus(null);
            writer.put(key(info, Part.OBJECT), Urgency.SLICE, "made", Patches.object(info));
            return;
        }
        EgressClusterInfo info = known.get();
        EgressClusterInfo.Status wanted = view.networks.status(info.getSpec());
        show(
                info,
                info.getStatus(),
                wanted,
                Urgency.SLICE,
                () -> Patches.status(new EgressClusterInfo(), info, wanted));
    }

    private <S> void show(
            HasMetadata object,
            S existing,
            S wanted,
            Urgency urgency,
            java.util.function.Supplier<StatusWriter.Request> request) {
        ObjectKey key = key(object, Part.STATUS);
        if (wanted.equals(existing)) {
            writer.drop(key);
        } else {
            writer.put(key, urgency, wanted, request.get());
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
