package dev.baton.launcher.broker;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an embedded broker listens and keeps its logs.
 *
 * @param nodes 1, or 3 with every log on all of them
 * @param listenHost address that clients connect to; controllers talk on the loopback
 * @param advertisedHost what clients are told to connect to
 * @param port of the first node, the next ones follow; 0: any free ones
 * @param data empty: a temporary directory, removed on close
 */
public record BrokerOptions(int nodes, String listenHost, String advertisedHost, int port, Optional<Path> data) {
    static final String LOOPBACK = "127.0.0.1";

    /** One node on the loopback, any port, nothing kept. */
    public static final BrokerOptions DEFAULT = new BrokerOptions(1, LOOPBACK, LOOPBACK, 0, Optional.empty());

    public BrokerOptions {
        if (nodes != 1 && nodes != 3) {
            throw new IllegalArgumentException("nodes=" + nodes + " is neither 1 nor 3");
        }
        if (port < 0 || port > 65535 - nodes) {
            throw new IllegalArgumentException("port=" + port + " is not within 0.." + (65535 - nodes));
        }
    }

    public BrokerOptions withNodes(int changed) {
        return new BrokerOptions(changed, listenHost, advertisedHost, port, data);
    }

    /** Listens on this address and tells clients the same. */
    public BrokerOptions withHost(String changed) {
        return new BrokerOptions(nodes, changed, changed, port, data);
    }

    public BrokerOptions withAdvertisedHost(String changed) {
        return new BrokerOptions(nodes, listenHost, changed, port, data);
    }

    public BrokerOptions withPort(int changed) {
        return new BrokerOptions(nodes, listenHost, advertisedHost, changed, data);
    }

    public BrokerOptions withData(Path changed) {
        return new BrokerOptions(nodes, listenHost, advertisedHost, port, Optional.of(changed));
    }
}
