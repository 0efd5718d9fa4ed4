package dev.baton.e2e.envoy;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Route;
import dev.baton.contract.mesh.Route.ByLevel;
import dev.baton.contract.mesh.Route.ByWeight;
import dev.baton.contract.mesh.Route.Endpoint;
import dev.baton.contract.mesh.Route.Level;
import dev.baton.contract.mesh.Route.Share;
import dev.baton.contract.mesh.Route.Use;
import dev.baton.xds.render.ClientKind;
import dev.baton.xds.render.Exposed;
import dev.baton.xds.render.Render;
import dev.baton.xds.render.Rendering;
import dev.baton.xds.render.Rendering.Rendered;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Destinations as the coordinator would assign them; each is called by its name, as a host. */
final class TestRoutes {
    private TestRoutes() {}

    /** One backend a level, the second one usable. */
    static Exposed levels(String host, long version, EndpointAddress active, Use use, EndpointAddress passive) {
        return levels(host, version, active, use, passive, Use.USABLE);
    }

    static Exposed levels(
            String host, long version, EndpointAddress active, Use first, EndpointAddress passive, Use second) {
        return exposed(
                host,
                version,
                new ByLevel(
                        Route.Spill.GRADED,
                        List.of(
                                new Level(List.of(share("active", active, first))),
                                new Level(List.of(share("passive", passive, second))))));
    }

    static Exposed level(String host, long version, EndpointAddress only) {
        return exposed(
                host,
                version,
                new ByLevel(Route.Spill.GRADED, List.of(new Level(List.of(share("only", only, Use.USABLE))))));
    }

    static Exposed halves(String host, long version, EndpointAddress one, EndpointAddress other) {
        return exposed(
                host, version, new ByWeight(List.of(share("one", one, Use.USABLE), share("other", other, Use.USABLE))));
    }

    private static Share share(String member, EndpointAddress address, Use use) {
        return new Share(
                new MemberId(member),
                new Locality("eu", "a"),
                50,
                new TreeMap<>(Map.of(address, new Endpoint(use, 100))));
    }

    private static Exposed exposed(String host, long version, Route.Targets targets) {
        var caller = new Caller(new Locality("eu", "a"), new TreeMap<>());
        return new Exposed(
                new Route(
                        new DestinationId(host),
                        caller,
                        Optional.empty(),
                        new Calls(new TreeSet<>(List.of(new HostName(host))), List.of(), Optional.empty()),
                        targets),
                version);
    }

    static Rendered rendered(Exposed exposed, ClientKind kind) {
        return switch (Render.of(exposed, kind)) {
            case Rendered rendered -> rendered;
            case Rendering.Unrenderable refused -> throw new IllegalArgumentException(refused.toString());
        };
    }
}
