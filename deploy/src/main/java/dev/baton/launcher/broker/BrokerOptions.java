package dev.baton.launcher.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where an embedded broker listens and keeps its logs.
 *
 * @param nodes 1, or 3 with every log on all of them
 * @param listenHost address that clients connect to; controllers talk on the loopback
 * @param advertisedHost the address that clients are told to connect to
 * @param port of the first node, the next ones follow; 0: any free ones
 * @param data empty: a temporary directory, removed on close
 * @param settings of the server, on top of ours
 */
public record BrokerOptions(
        int nodes,
        String listenHost,
        String advertisedHost,
        int port,
        Optional<Path> data,
        Map<String, String> settings) {
    static final String LOOPBACK = "127.0.0.1";

    /** One node on the loopback, any port, nothing kept. */
    public static final BrokerOptions DEFAULT = new BrokerOptions(1, LOOPBACK, LOOPBACK, 0, Optional.empty(), Map.of());

    public BrokerOptions {
        settings = Map.copyOf(settings);
        if (nodes != 1 && nodes != 3) {
            throw new IllegalArgumentException("nodes=" + nodes + " is neither 1 nor 3");
        }
        if (port < 0 || port > 65535 - nodes) {
            throw new IllegalArgumentException("port=" + port + " is not within 0.." + (65535 - nodes));
        }
    }

    public BrokerOptions withNodes(int changed) {
        return new BrokerOptions(changed, listenHost, advertisedHost, port, data, settings);
    }

    /** Listens on this address and tells clients the same. */
    public BrokerOptions withHost(String changed) {
        return new BrokerOptions(nodes, changed, changed, port, data, settings);
    }

    public BrokerOptions withPort(int changed) {
        return new BrokerOptions(nodes, listenHost, advertisedHost, changed, data, settings);
    }

    public BrokerOptions withData(Path changed) {
        return new BrokerOptions(nodes, listenHost, advertisedHost, port, Optional.of(changed), settings);
    }

    /** Sets one of Kafka's own settings; it replaces ours of the same name. */
    public BrokerOptions withSetting(String name, String value) {
        var changed = new TreeMap<>(settings);
        changed.put(name, value);
        return new BrokerOptions(nodes, listenHost, advertisedHost, port, data, changed);
    }
}
