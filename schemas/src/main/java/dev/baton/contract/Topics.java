package dev.baton.contract;

import static dev.baton.contract.Topic.Cleanup.COMPACT;
import static dev.baton.contract.Topic.Cleanup.DELETE;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All logs. Each is keyed by fleet first and has {@link #PARTITIONS} partitions; a fleet lives in one of them, the same
 * in every log. Topics are separated by who may write them, because Kafka's permissions are per topic. Topic time is
 * {@code LogAppendTime} everywhere.
 */
public final class Topics {
    /** Part of the logs' identity: never changed once they exist. */
    public static final int PARTITIONS = 1;

    /** Bytes; brokers take 1 MiB unless told otherwise, and the state of a large fleet is longer. */
    public static final int LARGEST_RECORD = 32 << 20;

    /** Agents write; the coordinator adds ticks and settings. */
    public static final Topic HEARTBEATS = new Topic("baton.heartbeats", DELETE, Optional.of(Duration.ofHours(24)));
    /** The bridge and the command line write. */
    public static final Topic DECLARATIONS = new Topic("baton.declarations", DELETE, Optional.of(Duration.ofDays(7)));
    /** Only the coordinator writes: the sequenced input of every decision. */
    public static final Topic FLEET = new Topic("baton.fleet", DELETE, Optional.empty());
    /** Only the coordinator writes: every decision. */
    public static final Topic DECISIONS = new Topic("baton.decisions", DELETE, Optional.empty());
    /** Node to {@link Tunnel}, and the {@link Settings} in force. */
    public static final Topic TUNNELS = new Topic("baton.tunnels", COMPACT, Optional.empty());
    /** EIP to {@link Assignment}. */
    public static final Topic ASSIGNMENTS = new Topic("baton.assignments", COMPACT, Optional.empty());
    /** Policy to {@link PolicyBinding}. */
    public static final Topic POLICIES = new Topic("baton.policies", COMPACT, Optional.empty());
    /** Policy slice to {@link EndpointSlice}, and {@link ClusterCidrs}; the bridge and the command line write. */
    public static final Topic ENDPOINTS = new Topic("baton.endpoints", COMPACT, Optional.empty());
    /** Folded state at an offset, so that a replay may start anywhere. */
    public static final Topic SNAPSHOTS = new Topic("baton.snapshots", DELETE, Optional.empty());
    /** State folded from heartbeats, every half minute: of use while the heartbeats that follow it are kept. */
    public static final Topic LIVENESS_SNAPSHOTS =
            new Topic("baton.liveness-snapshots", DELETE, HEARTBEATS.retention());
    /** What each change of a node's phase was decided by: heartbeats are gone after a day. */
    public static final Topic EXCERPTS = new Topic("baton.excerpts", DELETE, Optional.empty());
    /** Alerts for operators. */
    public static final Topic ALERTS = new Topic("baton.alerts", DELETE, Optional.of(Duration.ofDays(7)));

    /** Probers and proxies' servers write; the coordinator adds ticks and the rules to judge by. */
    public static final Topic HEALTH = new Topic("baton.health", DELETE, Optional.of(Duration.ofHours(24)));
    /** The bridges and the command line write: what they want of destinations. */
    public static final Topic MESH_DECLARATIONS =
            new Topic("baton.mesh-declarations", DELETE, Optional.of(Duration.ofDays(7)));
    /** Only the coordinator writes: the sequenced input of every decision about destinations. */
    public static final Topic MESH = new Topic("baton.mesh", DELETE, Optional.empty());
    /** Only the coordinator writes: every decision about destinations. */
    public static final Topic MESH_DECISIONS = new Topic("baton.mesh-decisions", DELETE, Optional.empty());
    /** Destination and caller to the route in force. */
    public static final Topic ROUTES = new Topic("baton.routes", COMPACT, Optional.empty());
    /** Folded state of meshes at an offset. */
    public static final Topic MESH_SNAPSHOTS = new Topic("baton.mesh-snapshots", DELETE, Optional.empty());

    public static final List<Topic> ALL = List.of(
            HEARTBEATS,
            DECLARATIONS,
            FLEET,
            DECISIONS,
            TUNNELS,
            ASSIGNMENTS,
            POLICIES,
            ENDPOINTS,
            SNAPSHOTS,
            LIVENESS_SNAPSHOTS,
            EXCERPTS,
            ALERTS,
            HEALTH,
            MESH_DECLARATIONS,
            MESH,
            MESH_DECISIONS,
            ROUTES,
            MESH_SNAPSHOTS);

    /**
     * The logs that name each other's offsets: what one of them says means nothing beside others that were made anew.
     * The owner of a fleet can make the compacted ones again, and alerts are only heard once.
     */
    public static final List<Topic> THAT_BELONG_TOGETHER =
            List.of(HEARTBEATS, DECLARATIONS, FLEET, DECISIONS, SNAPSHOTS, LIVENESS_SNAPSHOTS, EXCERPTS);

    /** Those of them that older releases did not make: nothing is lost if such a one is not there. */
    public static final List<Topic> MADE_LATER = List.of(LIVENESS_SNAPSHOTS, EXCERPTS);

    /** Those whose records may hold whole states: all nodes of a fleet may time out at one tick. */
    public static final List<Topic> OF_STATES = List.of(SNAPSHOTS, LIVENESS_SNAPSHOTS, EXCERPTS, MESH_SNAPSHOTS);

    private Topics() {}
}
