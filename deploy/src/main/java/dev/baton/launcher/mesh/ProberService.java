package dev.baton.launcher.mesh;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.contract.mesh.RouteInForce;
import dev.baton.contract.wire.WireCodec;
import dev.baton.launcher.client.RoutesFollower;
import dev.baton.metrics.Counters;
import dev.baton.prober.Prober;
import dev.baton.prober.ProberOptions;
import dev.baton.prober.core.ReportRules;
import dev.baton.prober.core.Target;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A prober that asks all endpoints of a mesh's routes, and writes what they answer into the log of observers. */
public final class ProberService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("baton.prober");
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);

    private final ObserverId observer;
    private final RoutesFollower routes;
    private final HealthLog log;
    private final Counters counters;
    private final Prober prober;
    private final Thread thread =
            Thread.ofPlatform().name("prober-routes").daemon().unstarted(this::run);
    private volatile boolean closed;

    private ProberService(ObserverId observer, RoutesFollower routes, HealthLog log, Counters counters, Prober prober) {
        this.observer = observer;
        this.routes = routes;
        this.log = log;
        this.counters = counters;
        this.prober = prober;
    }

    /**
     * @param client of Kafka, at least {@code bootstrap.servers}
     * @param observer its name, new with each life
     * @param from where it asks from
     * @param seed spreads its probes
     */
    public static ProberService start(
            Map<String, Object> client, WireCodec codec, FleetId mesh, ObserverId observer, Locality from, long seed) {
        var routes = new RoutesFollower(client, codec, mesh);
        var counters = new Counters();
        HealthLog log = HealthLog.start(client, codec, mesh, counters);
        var options = new ProberOptions(observer, from, 1, seed, ReportRules.DEFAULT);
        var service = new ProberService(observer, routes, log, counters, Prober.start(options, counters, log::append));
        service.thread.start();
        return service;
    }

    private void run() {
        while (!closed) {
            try {
                if (routes.poll(LOOK_EVERY)) {
                    SortedMap<EndpointAddress, Target> targets = targets(routes.routes());
                    prober.targets(targets.values());
                    LOG.info("event=targets_changed endpoints={}", targets.size());
                }
            } catch (KafkaException e) {
                LOG.warn("event=routes_not_read reason=\"{}\"", e.toString());
            }
        }
        routes.close();
    }

    /** Of two destinations that ask one endpoint in two ways, the first by name says how. */
    static SortedMap<EndpointAddress, Target> targets(Collection<RouteInForce> routes) {
        var targets = new TreeMap<EndpointAddress, Target>();
        for (RouteInForce inForce : routes) {
            inForce.route()
                    .probe()
                    .ifPresent(probe -> inForce.route().targets().shares().stream()
                            .flatMap(share -> share.endpoints().keySet().stream())
                            .forEach(endpoint -> targets.putIfAbsent(endpoint, new Target(endpoint, probe))));
        }
        return targets;
    }

    /** What it counts, for Prometheus. */
    public Counters counters() {
        return counters;
    }

    /** Says that it says nothing more. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        prober.close();
        log.append(new HealthEvent.ObserverGone(observer));
        log.close();
    }
}
