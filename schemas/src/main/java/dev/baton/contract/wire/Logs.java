package dev.baton.contract.wire;

import dev.baton.contract.Alert;
import dev.baton.contract.Assignment;
import dev.baton.contract.ClusterCidrs;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Eip;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.Excerpt;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyBinding;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Sequenced;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Snapshot;
import dev.baton.contract.Tick;
import dev.baton.contract.Topics;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelAdopted;
import dev.baton.contract.TunnelEntry;
import dev.baton.contract.UnreadableRecord;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.MeshDecided;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshSnapshot;
import dev.baton.contract.mesh.RouteInForce;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;

/** All logs with the types of their records. Entities of different kinds in one log differ by their first word. */
public final class Logs {
    private static final String SETTINGS = "settings";
    private static final String RULES = "rules";
    private static final String TICK = "tick";
    private static final String NODE = "node/";
    private static final String EIP = "eip/";
    private static final String POLICY = "policy/";

    public static final Log<LivenessEvent> HEARTBEATS =
            new Log<>(Topics.HEARTBEATS, LivenessEvent.class, Logs::entityOf, Logs::unreadable, 64 * 1024);
    public static final Log<Declaration> DECLARATIONS = new Log<>(
            Topics.DECLARATIONS, Declaration.class, Logs::entityOf, (about, headers) -> Optional.empty(), 512 * 1024);
    /** Its key only says the fleet's partition; nothing is replaced. */
    public static final Log<Sequenced> FLEET = new Log<>(Topics.FLEET, Sequenced.class, entry -> "entry");
    /** Keyed by the decision's name: cause and index. */
    public static final Log<Decided> DECISIONS =
            new Log<>(Topics.DECISIONS, Decided.class, decided -> decided.cause() + "/" + decided.index());

    public static final Log<TunnelEntry> TUNNELS = new Log<>(Topics.TUNNELS, TunnelEntry.class, Logs::entityOf);
    public static final Log<Assignment> ASSIGNMENTS =
            new Log<>(Topics.ASSIGNMENTS, Assignment.class, assignment -> EIP + assignment.eip());
    public static final Log<PolicyBinding> POLICIES =
            new Log<>(Topics.POLICIES, PolicyBinding.class, binding -> policy(binding.policy()));
    public static final Log<EndpointEntry> ENDPOINTS = new Log<>(Topics.ENDPOINTS, EndpointEntry.class, Logs::entityOf);
    public static final Log<Snapshot> SNAPSHOTS = new Log<>(Topics.SNAPSHOTS, Snapshot.class, Logs::entityOf);
    /** Keyed by the entry's offset; nothing is replaced. */
    public static final Log<Excerpt> EXCERPTS = new Log<>(
            Topics.EXCERPTS,
            Excerpt.class,
            excerpt -> "entry/" + excerpt.entry().offset());

    public static final Log<Alert> ALERTS =
            new Log<>(Topics.ALERTS, Alert.class, alert -> alert.code() + "/" + alert.subject());

    public static final Log<HealthEvent> HEALTH = new Log<>(Topics.HEALTH, HealthEvent.class, MeshKeys::of);
    public static final Log<MeshDeclaration> MESH_DECLARATIONS = new Log<>(
            Topics.MESH_DECLARATIONS,
            MeshDeclaration.class,
            MeshKeys::of,
            (about, headers) -> Optional.empty(),
            512 * 1024);
    /** Its key only says the mesh's partition; nothing is replaced. */
    public static final Log<MeshEntry> MESH = new Log<>(Topics.MESH, MeshEntry.class, entry -> "entry");
    /** Keyed by the decision's name: cause and index. */
    public static final Log<MeshDecided> MESH_DECISIONS =
            new Log<>(Topics.MESH_DECISIONS, MeshDecided.class, decided -> decided.cause() + "/" + decided.index());

    public static final Log<RouteInForce> ROUTES =
            new Log<>(Topics.ROUTES, RouteInForce.class, shown -> MeshKeys.of(shown.route()));
    public static final Log<MeshSnapshot> MESH_SNAPSHOTS =
            new Log<>(Topics.MESH_SNAPSHOTS, MeshSnapshot.class, MeshKeys::of);

    public static final List<Log<?>> ALL = List.of(
            HEARTBEATS,
            DECLARATIONS,
            FLEET,
            DECISIONS,
            TUNNELS,
            ASSIGNMENTS,
            POLICIES,
            ENDPOINTS,
            SNAPSHOTS,
            EXCERPTS,
            ALERTS,
            HEALTH,
            MESH_DECLARATIONS,
            MESH,
            MESH_DECISIONS,
            ROUTES,
            MESH_SNAPSHOTS);

    private Logs() {}

    /** The key of a node's tunnel, also when there is none any more. */
    public static Key tickKey(FleetId fleet) {
        return new Key(fleet, TICK);
    }

    public static Key tunnelKey(FleetId fleet, NodeId node) {
        return new Key(fleet, NODE + node);
    }

    /** The key of an EIP's assignment, also when there is none any more. */
    public static Key assignmentKey(FleetId fleet, Eip eip) {
        return new Key(fleet, EIP + eip);
    }

    /** The key of a policy's binding, also when there is none any more. */
    public static Key policyKey(FleetId fleet, PolicyId id) {
        return new Key(fleet, policy(id));
    }

    /** The key of a destination's route for a caller, also when there is none any more. */
    public static Key routeKey(FleetId mesh, DestinationId destination, Caller caller) {
        return new Key(mesh, MeshKeys.route(destination, caller));
    }

    /** The node whose tunnel this entity is; empty if it is none's. */
    public static Optional<NodeId> nodeOf(String entity) {
        return parsed(entity, NODE, NodeId::new);
    }

    /** The EIP whose assignment this entity is; empty if it is none's. */
    public static Optional<Eip> eipOf(String entity) {
        return parsed(entity, EIP, Eip::parse);
    }

    /** The policy whose binding this entity is; empty if it is none's. */
    public static Optional<PolicyId> policyOf(String entity) {
        return parsed(entity, POLICY, PolicyId::parse);
    }

    /** Only of the text under which everybody writes it. */
    private static <T> Optional<T> parsed(String entity, String prefix, Function<String, T> parse) {
        try {
            return Optional.of(entity)
                    .filter(text -> text.startsWith(prefix))
                    .map(text -> parse.apply(text.substring(prefix.length())))
                    .filter(value -> entity.equals(prefix + value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String entityOf(LivenessEvent event) {
        return switch (event) {
            case Heartbeat heartbeat -> NODE + heartbeat.node();
            case DatapathAcknowledged acknowledged -> NODE + acknowledged.node();
            case NodeLeaving leaving -> NODE + leaving.node();
            case UnreadableRecord record -> NODE + record.node();
            case Tick tick -> TICK;
            case SettingsDeclared declared -> SETTINGS;
            case RulesAdopted adopted -> RULES;
        };
    }

    private static Optional<LivenessEvent> unreadable(String entity, Headers headers) {
        try {
            return entity.startsWith(NODE)
                    ? Optional.of(
                            new UnreadableRecord(new NodeId(entity.substring(NODE.length())), StatedLease.of(headers)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // the name of no node
        }
    }

    private static String entityOf(Declaration declaration) {
        return switch (declaration) {
            case GatewayDeclared declared -> "gateway/" + declared.gateway();
            case GatewayRemoved removed -> "gateway/" + removed.gateway();
            case RebalanceRequested requested -> "gateway/" + requested.gateway();
            case PolicyDeclared declared -> policy(declared.policy());
            case PolicyRemoved removed -> policy(removed.policy());
            case NodeDeclared declared -> NODE + declared.node();
            case NodeRemoved removed -> NODE + removed.node();
            case DrainRequested requested -> NODE + requested.node();
            case RulesAdopted adopted -> RULES;
            case SettingsDeclared declared -> SETTINGS;
            case ClusterNetworksDeclared declared -> "cluster-networks";
            case EipMoveRequested requested -> "address/" + requested.address();
            case EipsAdopted adopted -> "adopted-eips/" + adopted.gateway();
            case TunnelAdopted adopted -> "adopted-tunnel/" + adopted.node();
            case FleetSealed sealed -> "seal";
            case FleetImported imported -> "import";
        };
    }

    private static String entityOf(TunnelEntry entry) {
        return switch (entry) {
            case Tunnel tunnel -> NODE + tunnel.node();
            case SettingsInForce settings -> SETTINGS;
        };
    }

    private static String entityOf(EndpointEntry entry) {
        return switch (entry) {
            // '#' occurs in no policy's name, so the slice cannot run into it.
            case EndpointSlice slice -> policy(slice.policy()) + "#" + slice.slice();
            case ClusterCidrs cidrs -> "cluster-cidrs";
        };
    }

    private static String entityOf(Snapshot snapshot) {
        return switch (snapshot) {
            case LivenessSnapshot liveness -> "liveness";
            case FleetSnapshot fleet -> "fleet";
        };
    }

    private static String policy(PolicyId policy) {
        return POLICY + policy;
    }
}
