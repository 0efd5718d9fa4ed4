package dev.baton.launcher.cli;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.Proxy;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.RouteInForce;
import dev.baton.contract.mesh.RoutingSnapshot;
import dev.baton.contract.mesh.RoutingSnapshot.DecidedDestination;
import dev.baton.failover.routing.MeshState;
import java.util.Collection;
import java.util.stream.Collectors;

/** The tables that {@code baton get} prints of destinations. */
final class MeshTables {
    private MeshTables() {}

    static Rows of(Tables.Kind kind, MeshState state) {
        RoutingSnapshot mesh = state.snapshot(0);
        return switch (kind) {
            case DESTINATIONS -> destinations(mesh);
            case MEMBERS -> members(mesh);
            case ROUTES -> routes(mesh);
            case PROXIES -> proxies(mesh);
            case TUNNELS, GATEWAYS, POLICIES, ASSIGNMENTS ->
                throw new IllegalArgumentException(kind + " are a fleet's");
        };
    }

    private static Rows destinations(RoutingSnapshot mesh) {
        var rows = new Rows("name", "mode", "hosts", "members", "ejected", "withheld", "held");
        for (DecidedDestination destination : mesh.destinations()) {
            rows.add(
                    destination.spec().id(),
                    mode(destination.spec().mode()),
                    joined(destination.spec().calls().hosts()),
                    mesh.routes().stream()
                            .map(RouteInForce::route)
                            .filter(route -> route.destination()
                                    .equals(destination.spec().id()))
                            .mapToLong(route -> route.targets().shares().size())
                            .max()
                            .orElse(0),
                    joined(destination.ejected().keySet()),
                    joined(destination.withheld()),
                    destination.held());
        }
        return rows;
    }

    private static String mode(Mode mode) {
        return switch (mode) {
            case Mode.ActivePassive _ -> "ACTIVE_PASSIVE";
            case Mode.Auto _ -> "AUTO";
            case Mode.Named _ -> "NAMED";
            case Mode.Weighted _ -> "WEIGHTED";
            case Mode.Labelled _ -> "LABELLED";
        };
    }

    private static Rows members(RoutingSnapshot mesh) {
        var rows = new Rows("name", "region", "zone", "level", "hosts", "ready", "failing");
        for (Member member : mesh.members()) {
            long ready = member.endpoints().values().stream()
                    .filter(readiness -> readiness == Readiness.READY)
                    .count();
            rows.add(
                    member.id(),
                    member.locality().region(),
                    member.locality().zone(),
                    member.level(),
                    joined(member.hostNames()),
                    ready + "/" + member.endpoints().size(),
                    member.endpoints().keySet().stream()
                            .filter(mesh.verdicts()::containsKey)
                            .map(endpoint -> failing(mesh, endpoint))
                            .collect(Collectors.joining(",")));
        }
        return rows;
    }

    private static String failing(RoutingSnapshot mesh, EndpointAddress endpoint) {
        return mesh.verdicts().get(endpoint) instanceof HealthVerdict.FailingFrom(var regions)
                ? endpoint + " from " + String.join("+", regions)
                : endpoint.toString();
    }

    private static Rows routes(RoutingSnapshot mesh) {
        var rows = new Rows("destination", "caller", "epoch", "level", "member", "share", "usable", "cause");
        for (RouteInForce inForce : mesh.routes()) {
            switch (inForce.route().targets()) {
                case Route.ByWeight byWeight -> addLevel(rows, inForce, "-", byWeight.shares());
                case Route.ByLevel byLevel -> {
                    for (int i = 0; i < byLevel.levels().size(); i++) {
                        addLevel(rows, inForce, "" + i, byLevel.levels().get(i).shares());
                    }
                }
            }
        }
        return rows;
    }

    private static void addLevel(Rows rows, RouteInForce inForce, String level, Collection<Route.Share> shares) {
        long all = shares.stream().mapToLong(Route.Share::weight).sum();
        for (Route.Share share : shares) {
            long usable = share.endpoints().values().stream()
                    .filter(endpoint -> endpoint.use() == Route.Use.USABLE)
                    .count();
            rows.add(
                    inForce.route().destination(),
                    text(inForce.route().caller()),
                    inForce.epoch(),
                    level,
                    share.member(),
                    Math.round(100.0 * share.weight() / all) + "%",
                    usable + "/" + share.endpoints().size(),
                    "mesh@" + inForce.cause());
        }
    }

    private static Rows proxies(RoutingSnapshot mesh) {
        var rows = new Rows("name", "software", "caller", "applied", "current", "refused");
        for (Proxy proxy : mesh.proxies()) {
            long current = mesh.routes().stream()
                    .filter(inForce -> inForce.epoch()
                            .equals(proxy.applied().get(inForce.route().destination())))
                    .count();
            rows.add(
                    proxy.id(),
                    proxy.software(),
                    text(proxy.caller()),
                    proxy.applied().size(),
                    current,
                    proxy.refused().entrySet().stream()
                            .map(refusal -> refusal.getKey() + ": " + refusal.getValue())
                            .collect(Collectors.joining("; ")));
        }
        return rows;
    }

    private static String text(Caller caller) {
        String labels = caller.labels().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
        String place = caller.locality().toString();
        return place.isEmpty() && labels.isEmpty() ? "-" : place + (labels.isEmpty() ? "" : "{" + labels + "}");
    }

    private static String joined(Collection<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
