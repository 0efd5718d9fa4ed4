package dev.baton.contract.mesh;

import dev.baton.contract.Epoch;

/** What is known of a proxy, said by whoever gives it its routes. */
public sealed interface ProxyReport extends HealthEvent, MeshEvent {
    ProxyId proxy();

    /** @param software its name and version, as it gives them itself */
    record ProxySeen(ProxyId proxy, Caller caller, String software) implements ProxyReport {}

    record ProxyGone(ProxyId proxy) implements ProxyReport {}

    /** It sends by this route. */
    record RouteApplied(ProxyId proxy, DestinationId destination, Epoch epoch) implements ProxyReport {}

    /**
     * It goes on with what it had before.
     *
     * @param why in its own words
     */
    record RouteRefused(ProxyId proxy, DestinationId destination, Epoch epoch, String why) implements ProxyReport {}
}
