package dev.baton.xds.render;

import java.util.Optional;

/** What reads the resources. The same assignment means different things to them, so it is written differently. */
public enum ClientKind {
    /** Leaves a level by percentage, keeps gaps and unhealthy endpoints in its sums. */
    ENVOY,
    /** Leaves a level when all of it is gone; refuses gaps, and ignores an assignment without an endpoint. */
    GRPC;

    private static final String ENVOY_NAME = "envoy";
    private static final String GRPC_PREFIX = "gRPC ";

    /**
     * By what the client calls itself, {@code node.user_agent_name}. Empty: an unknown one, for which nothing should be
     * guessed.
     */
    public static Optional<ClientKind> of(String userAgentName) {
        if (userAgentName.equals(ENVOY_NAME)) {
            return Optional.of(ENVOY);
        }
        return userAgentName.startsWith(GRPC_PREFIX) ? Optional.of(GRPC) : Optional.empty();
    }
}
