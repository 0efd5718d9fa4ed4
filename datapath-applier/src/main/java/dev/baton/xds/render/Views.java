package dev.baton.xds.render;

import com.google.protobuf.Any;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HostName;
import dev.baton.xds.render.Rendering.Rendered;
import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that one caller sees: its destinations' clusters, and the listener and routes by which requests get there. */
public final class Views {
    /** Of the listener and its routes. */
    private static final String NAME = "baton";

    private static final String ANY_HOST = "*";

    private Views() {}

    /** For an Envoy, which accepts connections at {@code bind}. */
    public static Resources forEnvoy(Collection<Rendered> destinations, Bind bind) {
        Listener listener = Listener.newBuilder()
                .setName(NAME)
                .setAddress(Addresses.of(bind.address(), bind.port()))
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder()
                                .setName("envoy.filters.network.http_connection_manager")
                                .setTypedConfig(connectionManager())))
                .build();
        return view(destinations, List.of(listener), ClientKind.ENVOY);
    }

    /** For a gRPC client, which asks for a listener of the name that it dials. */
    public static Resources forGrpc(Collection<Rendered> destinations) {
        var listeners = byHost(destinations).keySet().stream()
                .map(host -> Listener.newBuilder()
                        .setName(host)
                        .setApiListener(ApiListener.newBuilder().setApiListener(connectionManager()))
                        .build())
                .toList();
        return view(destinations, listeners, ClientKind.GRPC);
    }

    private static Resources view(Collection<Rendered> destinations, List<Listener> listeners, ClientKind kind) {
        var resources = new ArrayList<Resource>();
        destinations.forEach(rendered -> resources.addAll(rendered.resources()));
        for (Listener listener : listeners) {
            resources.add(Resource.of(ResourceType.LISTENER, listener.getName(), Fingerprint.of(listener), listener));
        }
        RouteConfiguration.Builder routes = RouteConfiguration.newBuilder()
                .setName(NAME)
                // A client may or may not name the port in its Host header.
                .setIgnorePortInHostMatching(true);
        byHost(destinations).forEach((host, rendered) -> routes.addVirtualHosts(virtualHost(host, rendered, kind)));
        RouteConfiguration built = routes.build();
        resources.add(Resource.of(ResourceType.ROUTES, NAME, Fingerprint.of(built), built));
        return Resources.of(resources);
    }

    /** A host name stands once in a route configuration, so destinations that share one share its virtual host. */
    private static SortedMap<String, List<Rendered>> byHost(Collection<Rendered> destinations) {
        var byHost = new TreeMap<String, List<Rendered>>();
        for (Rendered rendered : destinations) {
            var hosts = rendered.calls().hosts();
            (hosts.isEmpty()
                            ? List.of(ANY_HOST)
                            : hosts.stream().map(HostName::value).toList())
                    .forEach(host ->
                            byHost.computeIfAbsent(host, _ -> new ArrayList<>()).add(rendered));
        }
        return byHost;
    }

    private static VirtualHost virtualHost(String host, List<Rendered> destinations, ClientKind kind) {
        VirtualHost.Builder built = VirtualHost.newBuilder().setName(host).addDomains(host);
        destinations.stream()
                .flatMap(rendered -> Matches.of(rendered.calls())
                        .map(match -> new Matched(rendered.destination(), match, rendered.action())))
                .sorted(Matched.MOST_EXACT_FIRST)
                .forEach(matched -> built.addRoutes(Route.newBuilder()
                        .setMatch(Matches.rendered(matched.match(), kind))
                        .setRoute(matched.action())));
        return built.build();
    }

    /** One way to meet a destination. */
    private record Matched(DestinationId destination, Calls.Match match, RouteAction action) {
        static final Comparator<Matched> MOST_EXACT_FIRST =
                Comparator.comparing(Matched::match, Matches.MOST_EXACT_FIRST).thenComparing(Matched::destination);
    }

    private static Any connectionManager() {
        return Any.pack(HttpConnectionManager.newBuilder()
                .setStatPrefix(NAME)
                .setRds(Rds.newBuilder().setConfigSource(Clusters.ADS).setRouteConfigName(NAME))
                .addHttpFilters(HttpFilter.newBuilder()
                        .setName("envoy.filters.http.router")
                        .setTypedConfig(Any.pack(Router.getDefaultInstance())))
                .build());
    }
}
