package dev.baton.failover.routing;

import dev.baton.contract.Epoch;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.Proxy;
import dev.baton.contract.mesh.ProxyReport;
import java.util.TreeMap;

/** What is known of proxies. A place that a proxy was seen at gets routes from then on, also when it is gone. */
final class Proxies {
    private Proxies() {}

    static void take(MeshTurn turn, ProxyReport report) {
        switch (report) {
            case ProxyReport.ProxySeen(var id, var caller, String software) -> {
                turn.put(new Proxy(id, caller, software, new TreeMap<>(), new TreeMap<>()));
                if (!turn.has(caller)) {
                    turn.put(caller);
                    turn.lookAtAll();
                }
            }
            case ProxyReport.ProxyGone(var id) -> turn.remove(id);
            case ProxyReport.RouteApplied(var id, var destination, var epoch) ->
                turn.proxy(id).ifPresent(proxy -> turn.put(applied(proxy, destination, epoch)));
            case ProxyReport.RouteRefused refused ->
                turn.proxy(refused.proxy())
                        .ifPresent(proxy -> turn.put(refused(proxy, refused.destination(), refused.why())));
        }
    }

    private static Proxy applied(Proxy proxy, DestinationId destination, Epoch epoch) {
        var applied = new TreeMap<>(proxy.applied());
        applied.put(destination, epoch);
        var refused = new TreeMap<>(proxy.refused());
        refused.remove(destination);
        return new Proxy(proxy.id(), proxy.caller(), proxy.software(), applied, refused);
    }

    private static Proxy refused(Proxy proxy, DestinationId destination, String why) {
        var refused = new TreeMap<>(proxy.refused());
        refused.put(destination, why);
        return new Proxy(proxy.id(), proxy.caller(), proxy.software(), proxy.applied(), refused);
    }
}
