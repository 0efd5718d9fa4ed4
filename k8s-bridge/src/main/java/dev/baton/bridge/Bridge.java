package dev.baton.bridge;

import dev.baton.bridge.beside.Beside;
import dev.baton.bridge.gate.Hold;
import dev.baton.bridge.gate.WriteGate;
import dev.baton.bridge.state.ClusterView;
import dev.baton.bridge.state.FleetView;
import dev.baton.bridge.state.PendingDeclarations;
import dev.baton.bridge.state.PublishedSlices;
import dev.baton.bridge.state.Subject;
import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.watch.ApiServer;
import dev.baton.bridge.watch.Loop;
import dev.baton.bridge.write.StatusWriter;
import dev.baton.bridge.write.UnchangedSince;
import dev.baton.contract.Decision.TunnelPhaseDecided;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.KnownPods;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.PhaseReason;
import dev.baton.metrics.Counters;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the bridge. All replicas watch the API server and follow the log; the one that holds the Lease
 * declares what Kubernetes wants and shows what the coordinator decided. Both compare what is with what should be, so
 * a replica that takes over writes only what differs.
 */
public final class Bridge implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bridge.class);

    private static final Duration TAKEOVER_PAUSE = Duration.ofSeconds(1);

    private final BridgeConfig config;
    private final FleetLog fleet;
    private final WriteGate gate;
    private final Counters counters;
    private final Loop loop = new Loop(this::round);
    private final StatusWriter writer;
    private final Sources sources;
    private final Leadership leadership;
    private final HeartbeatSampler sampler;

    // Of the loop's thread.
    private final ClusterView view = new ClusterView();
    private final UnchangedSince looked = new UnchangedSince();
    private final PendingDeclarations pledges = new PendingDeclarations();
    private final PublishedSlices slicesOut = new PublishedSlices(view.membership);
    private final SliceMirror sliceMirror;
    private final StatusRound statuses;
    private final Map<NodeId, Instant> heartbeats = new HashMap<>();
    private Optional<Supplier<FleetSnapshot>> latest = Optional.empty();
    private Optional<FleetView> standing = Optional.empty();
    private Optional<Lineage> followed = Optional.empty();
    private final EventTeller events;
    private final GatewayFinalizers finalizers;
    private final Beside beside = new Beside();
    private final LeaseLooks leaseLooks;
    private final Guard guard;
    private final Reporter reporter;

    private boolean leading;

    /** Number of the term in which this replica leads; a slow takeover must notice that its term is over. */
    private final AtomicInteger term = new AtomicInteger();

    private volatile boolean synced;

    /** @param api closed by the caller, after this bridge */
    public Bridge(ApiServer api, FleetLog fleet, BridgeConfig config) {
        this.config = config;
        this.fleet = fleet;
        this.counters = api.counters();
        this.gate = api.gate();
        gate.belongsTo(config.namespace());
        gate.close(config.mode() == Mode.OBSERVE ? Hold.OBSERVE_MODE : Hold.NOT_KNOWN_YET);
        this.writer = new StatusWriter(api, config.statusWritesPerSecond(), written());
        this.sliceMirror = new SliceMirror(view, writer, looked);
        this.statuses = new StatusRound(view, pledges, writer, looked, config);
        this.events = new EventTeller(view, writer, loop, config.identity());
        this.finalizers = new GatewayFinalizers(view, writer);
        this.sources = new Sources(api, loop, view, sliceMirror, beside.pods);
        this.leaseLooks = new LeaseLooks(api, loop, beside.leases);
        this.guard = new Guard(config.mode(), gate, beside, counters, gateMoved());
        this.reporter = new Reporter(config, view, sliceMirror, pledges, beside, writer, loop);
        this.leadership = new Leadership(api, config, new Leadership.Listener() {
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
        leaseLooks.start();
        fleet.follow((lineage, snapshot, told) -> {
            List<FleetLog.Announced> news = List.copyOf(told);
            loop.post(() -> moved(lineage, snapshot, news));
        });
        leadership.start();
        sampler.start();
    }

    public Counters counters() {
        return counters;
    }

    /** Whether this replica is the leader. */
    public boolean isLeading() {
        return leadership.isLeading();
    }

    /** Whether it may change what is not its own: not in observe mode, and not beside EgressGateway's controller. */
    public boolean acts() {
        return gate.isOpen();
    }

    /** Whether all objects of the API server were listed, so that the knowledge of the fleet is complete. */
    public boolean isSynced() {
        return synced;
    }

    /** Runs on a thread of its own because it reads the log; only this replica can append in the meantime. */
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
            renewedBefore.ifPresent(events::takeOver);
            slicesOut.adopt(entries);
            view.podsOfNodes.adopt(entries);
            pledges.reset();
            looked.forgetAll();
            leading = true;
        }
    }

    /** Answers that are awaited will not come, and what was published is gone: as if another replica had led. */
    private void beginAnew() {
        if (leading) {
            leading = false;
            elected(Optional.empty());
        }
    }

    private void deposed() {
        term.incrementAndGet();
        loop.post(() -> {
            leading = false;
            writer.clear();
        });
    }

    private void moved(Optional<Lineage> lineage, Supplier<FleetSnapshot> snapshot, List<FleetLog.Announced> news) {
        if (followed.isPresent() && !followed.equals(lineage)) {
            log.warn("event=fleet_log_began_anew was={}", followed.get());
            beginAnew();
        }
        followed = lineage;
        latest = Optional.of(snapshot);
        for (FleetLog.Announced told : news) {
            pledges.answered(told.decided().decision());
            if (told.decided().decision() instanceof TunnelPhaseDecided phase && phase.reason() == PhaseReason.SILENT) {
                heard(phase.node(), told.at().minus(phase.silence()));
            }
            events.decided(told.at(), told.decided());
        }
    }

    private void heard(Map<NodeId, Instant> sampled) {
        loop.post(() -> sampled.forEach(this::heard));
    }

    private void heard(NodeId node, Instant at) {
        heartbeats.merge(node, at, (known, now) -> now.isAfter(known) ? now : known);
    }

    private StatusWriter.Listener written() {
        return new StatusWriter.Listener() {
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

    private Guard.Listener gateMoved() {
        return new Guard.Listener() {
            @Override
            public void held(Hold hold, String text) {
                writer.clear();
                reporter.hurry();
                switch (hold) {
                    case CONTROLLER_ALIVE -> reporter.warn(hold.text() + ": " + text);
                    case OBSERVE_MODE, NOT_KNOWN_YET -> {}
                }
            }

            @Override
            public void opened(Hold before) {
                looked.forgetAll();
                reporter.hurry();
                switch (before) {
                    case CONTROLLER_ALIVE -> events.forgetAll();
                    case OBSERVE_MODE, NOT_KNOWN_YET -> {}
                }
            }
        };
    }

    private void round() {
        if (!synced && sources.haveSynced()) {
            synced = true;
            log.info("event=synced");
        }
        Instant now = Instant.now();
        long nanos = System.nanoTime();
        sources.look();
        guard.look(synced, nanos);
        events.forgetOlderThan(now);
        if (!leading || !leadership.isLeading() || !synced || latest.isEmpty() && standing.isEmpty()) {
            return;
        }
        latest.ifPresent(snapshot -> standing = Optional.of(FleetView.of(snapshot.get())));
        latest = Optional.empty();
        Optional<Hold> hold = gate.hold();
        boolean reports = reporter.isDue(nanos);
        if (reports) {
            writer.forgetHeld();
        }
        finalizers.go(standing.orElseThrow());
        view.lookAtNetworks();
        view.keepAccepted(standing.orElseThrow());
        declare(standing.orElseThrow());
        endpoints();
        if (hold.isEmpty() || reports) {
            statuses.go(standing.orElseThrow(), heartbeats, now);
            sliceMirror.go(slicesOut.all());
            looked.roundEnds();
        }
        if (hold.isEmpty()) {
            events.go();
        }
        if (reports) {
            reporter.go(hold, guard.verdict(), standing.orElseThrow(), now, nanos);
        }
    }

    private void declare(FleetView accepted) {
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
        // Last: whoever has read that a pod is known has read which policies select it.
        due.addAll(view.podsOfNodes.due(config.unknownPods() == UnknownPods.HOLD));
        for (EndpointEntry entry : due) {
            counters.add(
                    "baton_bridge_endpoints_total", "kind", entry.getClass().getSimpleName());
            fleet.append(entry, new FleetLog.Outcome() {
                @Override
                public void appended(long offset) {}

                @Override
                public void failed(String reason) {
                    log.warn("event=endpoints_lost reason=\"{}\"", reason);
                    loop.post(() -> lost(entry));
                }
            });
        }
    }

    private void lost(EndpointEntry entry) {
        Optional<NodeId> node =
                entry instanceof EndpointSlice slice ? KnownPods.nodeOf(slice.policy()) : Optional.empty();
        node.ifPresentOrElse(view.podsOfNodes::failed, () -> slicesOut.failed(entry));
    }

    @Override
    public void close() {
        leadership.close();
        sampler.close();
        leaseLooks.close();
        sources.close();
        loop.close();
        writer.close();
        fleet.close();
    }
}
