package dev.baton.xds.resource;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of resources that are served, in the order in which additions are sent. */
public enum ResourceType {
    CLUSTER("envoy.config.cluster.v3.Cluster"),
    ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment"),
    LISTENER("envoy.config.listener.v3.Listener"),
    ROUTES("envoy.config.route.v3.RouteConfiguration");

    private static final String PREFIX = "type.googleapis.com/";

    private final String url;

    ResourceType(String message) {
        this.url = PREFIX + message;
    }

    public String url() {
        return url;
    }

    /** Empty: the client asks for something that is not served here. */
    public static Optional<ResourceType> ofUrl(String url) {
        return Arrays.stream(values()).filter(type -> type.url.equals(url)).findFirst();
    }

    /** Whether a client may ask for all of them, and is then told of those that are gone. */
    public boolean isListed() {
        return switch (this) {
            case CLUSTER, LISTENER -> true;
            case ENDPOINTS, ROUTES -> false;
        };
    }
}
