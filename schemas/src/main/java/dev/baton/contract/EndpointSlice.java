package dev.baton.contract;

import java.util.List;

/** Some of a policy's pods, as {@code baton.endpoints} keeps them. */
public record EndpointSlice(PolicyId policy, String slice, List<Endpoint> endpoints) implements EndpointEntry {
    public EndpointSlice {
        endpoints = List.copyOf(endpoints);
    }

    /** One pod. */
    public record Endpoint(String namespace, String pod, NodeId node, List<IpAddress> addresses) {
        public Endpoint {
            addresses = List.copyOf(addresses);
        }
    }
}
