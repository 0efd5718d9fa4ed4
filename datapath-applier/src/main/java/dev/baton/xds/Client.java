package dev.baton.xds;

import dev.baton.contract.mesh.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;

/**
 * Who asks, in its own words.
 *
 * @param cluster what it calls the group of proxies that it is of
 * @param userAgent the name of its software, such as {@code envoy}
 */
public record Client(String id, String cluster, Locality locality, String userAgent) {
    static Client of(Node node) {
        return new Client(
                node.getId(),
                node.getCluster(),
                new Locality(node.getLocality().getRegion(), node.getLocality().getZone()),
                node.getUserAgentName());
    }
}
