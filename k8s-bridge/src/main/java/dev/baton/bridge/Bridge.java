package dev.baton.bridge;

import dev.baton.bridge.api.EgressApi;
import dev.baton.bridge.api.EgressGateway;
import dev.baton.bridge.core.Happening;
import dev.baton.bridge.core.ObjectKey;
import dev.baton.bridge.core.ObjectKey.Part;
import dev.baton.bridge.core.Pledges;
import dev.baton.bridge.core.Standing;
import dev.baton.bridge.core.Subject;
import dev.baton.bridge.core.Urgency;
import dev.baton.contract.Decision.TunnelPhaseDecided;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.GatewayId;
import dev.baton.contract.NodeId;
import dev.baton.contract.PhaseReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the bridge. All replicas watch and follow; the one that holds the Lease declares what Kubernetes wants
 * and shows what the coordinator decided. Both are comparisons of what is with what should be, so a replica that takes
 * over writes only what is not true already.
 */
public final class Bridge implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bridge.class);

    /**
     * What happened longer ago than this was told by whoever led then. An API server that was away for as long hears of all
     * of it; what it has already it is not given twice.
     */
    private static final Duration NEWS = Duration.ofMinutes(10);

    /** The newest of a fleet that does not come to rest. */
    private static final int MOST_NEWS = 5_000;

    /** What happened so long before the last leader's last sign was told by it; the rest may be told twice. */
    private static final Duration HANDED_OVER = Duration.ofMinutes(2);

    private static final Duration TAKEOVER_PAUSE = Duration.ofSeconds(1);

    private final BridgeConfig config;
    private final FleetLog fleet;
    private final Counters counters;
    private final Loop loop = new Loop(this::round);
    private final StatusWriter writer;
    private final Sources sources;
    private final Leadership leadership;
    private final HeartbeatSampler sampler;

    // Of the loop's thread.
    private final ClusterView view = new ClusterView();
    private final Looked looked = new Looked();
    private final Pledges pledges = new Pledges();
    private final SlicesOut slicesOut = new SlicesOut(view.membership);
    private final SliceMirror sliceMirror;
    private final StatusRound statuses;
    private final Map<NodeId, Instant> heartbeats = new HashMap<>();
    private Optional<Supplier<FleetSnapshot>> latest = Optional.empty();
    private Optional<Standing> standing = Optional.empty();
    /** Told by nobody, as far as this replica knows; oldest first. */
    private final SequencedMap<String, Happening> untold = new LinkedHashMap<>();

    private boolean leading;

    /** Of office; who takes over slowly must see that it is over. */
    private final AtomicInteger term = new AtomicInteger();

    private volatile boolean synced;

    /** @param api stays its maker's, who closes it after this */
    public Bridge(ApiServer api, FleetLog fleet, BridgeConfig config) {
        this.config = config;
        this.fleet = fleet;
        this.counters = api.counters();
        this.writer = new StatusWriter(api, config.statusWritesPerSecond(), written());
        this.sliceMirror = new SliceMirror(view, writer, looked);
        this.statuses = new StatusRound(view, pledges, writer, looked, config);
        this.sources = new Sources(api, loop, view, sliceMirror);
        this.leadership = new Leadership(api, config, new Leadership.Told() {
            @Override
            public void elected(Optional<Instant> renewedBefore) {
                Bridge.this.elected(renewedBefore);
            }

            @Override
            public void deposed() {
                Bridge.this.deposed();
            }
        });
        this.sampler = new HeartbeatSampler(fleet, config.heartbeatRefresh(), this::heard);
    }

    public void start() {
        loop.start();
        writer.start();
        sources.start();
        fleet.follow((snapshot, told) -> {
            List<FleetLog.Told> news = List.copyOf(told);
            loop.post(() -> moved(snapshot, news));
        });
        leadership.start();
        sampler.start();
    }

    public Counters counters() {
        return counters;
    }

    /** Whether this replica speaks for the cluster. */
    public boolean isLeading() {
        return leadership.isLeading();
    }

    /** Whether all of the API server's objects were listed, so that what it says of the fleet is the whole. */
    public boolean isSynced() {
        return synced;
    }

    /** Reads the log, so on a thread of its own; what is appended meanwhile can only be ours. */
    private void elected(Optional<Instant> renewedBefore) {
        int mine = term.incrementAndGet();
        Thread.ofPlatform().daemon().name("bridge-takeover").start(() -> takeOver(mine, renewedBefore));
    }

    private void takeOver(int mine, Optional<Instant> renewedBefore) {
        while (term.get() == mine) {
            try {
                Collection<EndpointEntry> entries = fleet.endpoints();
                loop.post(() -> lead(mine, entries, renewedBefore));
                return;
            } catch (RuntimeException e) {
                log.warn("event=takeover_delayed reason=\"{}\"", e.getMessage());
                LockSupport.parkNanos(TAKEOVER_PAUSE.toNanos());
            }
        }
    }

    private void lead(int mine, Collection<EndpointEntry> entries, Optional<Instant> renewedBefore) {
        if (term.get() == mine) {
            renewedBefore.ifPresent(until ->
                    untold.values().removeIf(happening -> happening.at().isBefore(until.minus(HANDED_OVER))));
            slicesOut.adopt(entries);
            pledges.reset();
            looked.forgetAll();
            leading = true;
        }
    }

    private void deposed() {
        term.incrementAndGet();
        loop.post(() -> {
            leading = false;
            writer.clear();
        });
    }

    private void moved(Supplier<FleetSnapshot> snapshot, List<FleetLog.Told> news) {
        latest = Optional.of(snapshot);
        for (FleetLog.Told told : news) {
            pledges.answered(told.decided().decision());
            if (told.decided().decision() instanceof TunnelPhaseDecided phase && phase.reason() == PhaseReason.SILENT) {
                heard(phase.node(), told.at().minus(phase.silence()));
            }
            Happening.of(told.at(), told.decided()).ifPresent(happening -> untold.put(happening.id(), happening));
        }
    }

    private void heard(Map<NodeId, Instant> sampled) {
        loop.post(() -> sampled.forEach(this::heard));
    }

    private void heard(NodeId node, Instant at) {
        heartbeats.merge(node, at, (known, now) -> now.isAfter(known) ? now : known);
    }

    private StatusWriter.Told written() {
        return new StatusWriter.Told() {
            @Override
            public void written(HasMetadata object) {
                loop.post(() -> sources.written(object));
            }

            @Override
            public void ended(ObjectKey key) {
                loop.post(() -> looked.forget(key));
            }
        };
    }

    private void round() {
        if (!synced && sources.haveSynced()) {
            synced = true;
            log.info("event=synced");
        }
        Instant now = Instant.now();
        sources.look();
        untold.values().removeIf(happening -> happening.at().isBefore(now.minus(NEWS)));
        while (untold.size() > MOST_NEWS) {
            untold.pollFirstEntry();
        }
        if (!leading || !leadership.isLeading() || !synced || latest.isEmpty() && standing.isEmpty()) {
            return;
        }
        latest.ifPresent(snapshot -> standing = Optional.of(Standing.of(snapshot.get())));
        latest = Optional.empty();
        gateways(standing.orElseThrow());
        view.lookAtNetworks();
        declare(standing.orElseThrow());
        endpoints();
        statuses.go(standing.orElseThrow(), heartbeats, now);
        sliceMirror.go(slicesOut.all());
        looked.roundEnds();
        tell();
    }

    /** A gateway goes when no policy uses it any more, and its object when the coordinator has let go of it. */
    private void gateways(Standing now) {
        for (EgressGateway gateway : List.copyOf(view.gateways.all())) {
            var id = new GatewayId(gateway.getMetadata().getName());
            boolean deleting = gateway.getMetadata().getDeletionTimestamp() != null;
            List<String> finalizers =
                    Objects.requireNonNullElse(gateway.getMetadata().getFinalizers(), List.of());
            boolean ours = finalizers.contains(EgressApi.GATEWAY_FINALIZER);
            ObjectKey key = StatusRound.key(gateway, Part.FINALIZER);
            if (deleting && !view.isUsed(id, now)) {
                view.wanted.drop(id);
            }
            if (deleting && ours && !now.has(id)) {
                var rest = new ArrayList<>(finalizers);
                rest.remove(EgressApi.GATEWAY_FINALIZER);
                writer.put(key, Urgency.FINALIZER, rest, Patches.finalizers(gateway, rest));
            } else if (!deleting && !ours) {
                var more = new ArrayList<>(finalizers);
                more.add(EgressApi.GATEWAY_FINALIZER);
                writer.put(key, Urgency.FINALIZER, more, Patches.finalizers(gateway, more));
            } else {
                writer.drop(key);
            }
        }
    }

    private void declare(Standing accepted) {
        long nanos = System.nanoTime();
        for (Declaration declaration : pledges.due(view.wanted.missingIn(accepted), nanos)) {
            pledges.said(declaration, nanos);
            counters.add(
                    "baton_bridge_declarations_total",
                    "kind",
                    declaration.getClass().getSimpleName());
            fleet.append(declaration, new FleetLog.Outcome() {
                @Override
                public void appended(long offset) {
                    loop.post(() -> pledges.appended(declaration, offset));
                }

                @Override
                public void failed(String reason) {
                    log.warn("event=declaration_lost subject={} reason=\"{}\"", subject(declaration), reason);
                    loop.post(() -> pledges.failed(declaration));
                }
            });
        }
    }

    private static String subject(Declaration declaration) {
        return Subject.of(declaration).map(Object::toString).orElse("none");
    }

    private void endpoints() {
        List<EndpointEntry> due = slicesOut.due();
        slicesOut.due(view.cidrs()).ifPresent(due::add);
        for (EndpointEntry entry : due) {
            counters.add(
                    "baton_bridge_endpoints_total", "kind", entry.getClass().getSimpleName());
            fleet.append(entry, new FleetLog.Outcome() {
                @Override
                public void appended(long offset) {}

                @Override
                public void failed(String reason) {
                    log.warn("event=endpoints_lost reason=\"{}\"", reason);
                    loop.post(() -> slicesOut.failed(entry));
                }
            });
        }
    }

    /** Nothing of an event can be compared, so each is put in again until the API server has it. */
    private void tell() {
        for (Happening happening : untold.values()) {
            Optional<? extends HasMetadata> about = happening.kind().equals("EgressGateway")
                    ? view.gateways.get(new GatewayId(happening.name()))
                    : view.tunnels.get(new NodeId(happening.name()));
            writer.put(
                    new ObjectKey("Event", "default", happening.name() + "." + happening.id(), Part.OBJECT),
                    Urgency.EVENT,
                    happening.id(),
                    Patches.event(
                            happening, about, config.identity(), () -> loop.post(() -> untold.remove(happening.id()))));
        }
    }

    @Override
    public void close() {
        leadership.close();
        sampler.close();
        sources.close();
        loop.close();
        writer.close();
        fleet.close();
    }
}
