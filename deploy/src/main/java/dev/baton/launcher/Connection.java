package dev.baton.launcher;

import dev.baton.contract.FleetId;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the logs are and whose they are; shared by all commands that talk to Kafka. */
public final class Connection {
    /** Where {@code baton up} and {@code baton broker} listen unless told otherwise. */
    public static final int DEFAULT_PORT = 19092;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:" + DEFAULT_PORT,
            description = "Kafka's address, several joined by commas (default: ${DEFAULT-VALUE}).")
    private String bootstrap = "127.0.0.1:" + DEFAULT_PORT;

    @Option(
            names = "--fleet",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "One Kubernetes cluster's nodes, gateways and policies (default: ${DEFAULT-VALUE}).")
    private String fleet = "default";

    public String bootstrap() {
        return bootstrap;
    }

    public FleetId fleet() {
        return new FleetId(fleet);
    }

    /** Settings for clients that should give up soon when nobody answers. */
    public Map<String, Object> client() {
        return client(bootstrap);
    }

    public static Map<String, Object> client(String bootstrap) {
        var client = new HashMap<String, Object>();
        client.put("bootstrap.servers", bootstrap);
        client.put("default.api.timeout.ms", "10000");
        client.put("request.timeout.ms", "2000");
        client.put("reconnect.backoff.max.ms", "500");
        return client;
    }
}
