package dev.baton.launcher.mesh;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.RouteInForce;
import dev.baton.contract.wire.WireCodec;
import dev.baton.launcher.client.RoutesFollower;
import dev.baton.metrics.Counters;
import dev.baton.xds.AdsServer;
import dev.baton.xds.Client;
import dev.baton.xds.render.Bind;
import dev.baton.xds.render.ClientKind;
import dev.baton.xds.render.Exposed;
import dev.baton.xds.render.Render;
import dev.baton.xds.render.Rendering.Rendered;
import dev.baton.xds.render.Rendering.Unrenderable;
import dev.baton.xds.render.Views;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives proxies the routes of a mesh, from the log alone, and writes what they answer into the log of observers. The
 * port is opened when the routes were read to their end.
 */
public final class XdsService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("baton.xds");
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration RESOLVE_EVERY = Duration.ofSeconds(5);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);

    /** Which view a client sees. */
    record ViewKey(Caller caller, Optional<ClientKind> kind) {}

    private final RoutesFollower routes;
    private final HealthLog log;
    private final Counters counters;
    private final AdsServer<ViewKey> server;
    private final InetSocketAddress at;
    private final Bind proxies;
    private final Resolution names = new Resolution(XdsService::addresses);
    private final CompletableFuture<Integer> opened = new CompletableFuture<>();
    private final Thread thread =
            Thread.ofPlatform().name("xds-routes").daemon().unstarted(this::run);
    private long resolveAtNanos = System.nanoTime();
    private volatile boolean closed;

    private XdsService(
            RoutesFollower routes,
            HealthLog log,
            Counters counters,
            ProxyAnswers answers,
            InetSocketAddress at,
            Bind proxies) {
        this.counters = counters;
        this.routes = routes;
        this.log = log;
        this.server = new AdsServer<>(XdsService::keyOf, answers);
        this.at = at;
        this.proxies = proxies;
    }

    /**
     * @param client of Kafka, at least {@code bootstrap.servers}
     * @param at where proxies take their routes from; port 0: any
     * @param proxies where each Envoy accepts requests
     */
    public static XdsService start(
            Map<String, Object> client, WireCodec codec, FleetId mesh, InetSocketAddress at, Bind proxies) {
        var routes = new RoutesFollower(client, codec, mesh);
        var counters = new Counters();
        HealthLog log = HealthLog.start(client, codec, mesh, counters);
        var service = new XdsService(routes, log, counters, new ProxyAnswers(log::append), at, proxies);
        service.thread.start();
        return service;
    }

    /** What it counts, for Prometheus. */
    public Counters counters() {
        return counters;
    }

    /** Its port, when it is open. */
    public CompletableFuture<Integer> opened() {
        return opened;
    }

    private static ViewKey keyOf(Client client) {
        return new ViewKey(ProxyAnswers.callerOf(client), ClientKind.of(client.userAgent()));
    }

    private void run() {
        while (!closed) {
            try {
                boolean changed = routes.poll(LOOK_EVERY);
                boolean isOpen = opened.isDone();
                if (isOpen ? changed | isResolvedAnew(changed) : routes.isCaughtUp()) {
                    if (!isOpen) {
                        isResolvedAnew(true);
                    }
                    show();
                    open(isOpen);
                }
            } catch (KafkaException e) {
                LOG.warn("event=routes_not_read reason=\"{}\"", e.toString());
            } catch (IOException e) {
                opened.completeExceptionally(new UncheckedIOException(e));
                return;
            }
        }
    }

    private void open(boolean isOpen) throws IOException {
        if (!isOpen) {
            server.open(at);
            LOG.info(
                    "event=xds_open port={} routes={}",
                    server.port(),
                    routes.routes().size());
            opened.complete(server.port());
        }
    }

    private boolean isResolvedAnew(boolean now) {
        long nanos = System.nanoTime();
        if (!now && nanos - resolveAtNanos < 0) {
            return false;
        }
        resolveAtNanos = nanos + RESOLVE_EVERY.toNanos();
        return names.renew(routes.routes().stream().map(RouteInForce::route).toList());
    }

    private static List<InetAddress> addresses(String name) {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    private void show() {
        SortedMap<Caller, List<Exposed>> byCaller = new TreeMap<>();
        for (RouteInForce inForce : routes.routes()) {
            Route route = names.of(inForce.route());
            boolean isAsDeclared = route.equals(inForce.route());
            long version = Versions.of(inForce.epoch(), isAsDeclared ? Optional.empty() : Optional.of(route));
            byCaller.computeIfAbsent(route.caller(), _ -> new ArrayList<>()).add(new Exposed(route, version));
        }
        byCaller.forEach((caller, exposed) -> {
            server.show(
                    new ViewKey(caller, Optional.of(ClientKind.ENVOY)),
                    Views.forEnvoy(rendered(exposed, ClientKind.ENVOY), proxies));
            server.show(
                    new ViewKey(caller, Optional.of(ClientKind.GRPC)),
                    Views.forGrpc(rendered(exposed, ClientKind.GRPC)));
        });
    }

    private static List<Rendered> rendered(List<Exposed> exposed, ClientKind kind) {
        var rendered = new ArrayList<Rendered>();
        for (Exposed one : exposed) {
            switch (Render.of(one, kind)) {
                case Rendered done -> rendered.add(done);
                case Unrenderable not ->
                    LOG.warn("event=route_not_rendered destination={} names={}", not.destination(), not.names());
            }
        }
        return rendered;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
        routes.close();
        log.close();
    }
}
