package dev.baton.launcher;

import dev.baton.contract.FleetId;
import dev.baton.contract.wire.WireCodec;
import dev.baton.launcher.registry.RegistryCodec;
import dev.baton.launcher.registry.RegistryUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Kafka's address, the fleet and the registry: the options of all commands that talk to Kafka. */
public final class Connection {
    /** The default port of {@code baton up} and {@code baton broker}. */
    public static final int DEFAULT_PORT = 19092;

    private static final int CONNECT_LIMIT_MS = 3_000;
    /** IPv6 addresses in brackets. */
    private static final Pattern ADDRESS = Pattern.compile("\\[?([^\\]]+?)]?:([0-9]{1,5})");

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

    @Option(
            names = "--registry",
            paramLabel = "URL",
            converter = RegistryUrl.Words.class,
            description = "Takes the schemas' ids from this Apicurio registry, " + RegistryUrl.FORM
                    + ". Either all processes of a fleet do or none (default: the ids in the jar).")
    private Optional<RegistryUrl> registry = Optional.empty();

    public String bootstrap() {
        return bootstrap;
    }

    public FleetId fleet() {
        return new FleetId(fleet);
    }

    /**
     * The codec, with the schema ids of the registry or else of the jar. A schema that the registry lacks is an
     * error. Only the coordinator adds schemas, so that no version newer than the coordinator can write what it
     * cannot read, and no node needs the right to write there.
     *
     * @throws IllegalStateException if the registry does not answer
     */
    public WireCodec codec() {
        return codec(false);
    }

    /** The same for the coordinator: adds the schemas that the registry lacks. */
    WireCodec codecThatRegisters() {
        return codec(true);
    }

    /** The registry's client is heavy: without a registry none of its classes is loaded. */
    private WireCodec codec(boolean register) {
        return registry.map(url -> RegistryCodec.of(url, register)).orElseGet(WireCodec::bundled);
    }

    /** Settings for clients that should fail soon if no broker answers. */
    public Map<String, Object> client() {
        return client(bootstrap);
    }

    /**
     * Settings for the start of a service, which waits longer for an answer than people do: brokers may start beside
     * it, on a machine that is busy with all of them. A service that gives up is started again, later each time.
     */
    public Map<String, Object> clientOfAService() {
        var client = new HashMap<>(client());
        client.put("default.api.timeout.ms", "30000");
        client.put("request.timeout.ms", "10000");
        return client;
    }

    /**
     * For interactive use: fails at once if no broker listens.
     *
     * @throws IllegalStateException if no address accepts a connection
     */
    public Map<String, Object> reached() {
        var problems = new ArrayList<String>();
        for (String address : bootstrap.split(",")) {
            Optional<String> problem = problem(address.strip());
            if (problem.isEmpty()) {
                return client();
            }
            problems.add(problem.get());
        }
        throw new IllegalStateException("no Kafka at " + String.join("; ", problems)
                + " (--bootstrap says where it is; baton up and baton broker start one)");
    }

    private static Optional<String> problem(String address) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            return Optional.of("\"" + address + "\": not of the form HOST:PORT");
        }
        var target = new InetSocketAddress(parts.group(1), Integer.parseInt(parts.group(2)));
        if (target.isUnresolved()) {
            return Optional.of(address + ": no such host");
        }
        try (var socket = new Socket()) {
            socket.connect(target, CONNECT_LIMIT_MS);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(address + ": " + e.getMessage());
        }
    }

    public static Map<String, Object> client(String bootstrap) {
        var client = new HashMap<String, Object>();
        client.put("bootstrap.servers", bootstrap);
        client.put("default.api.timeout.ms", "8000");
        client.put("request.timeout.ms", "2000");
        client.put("reconnect.backoff.max.ms", "500");
        return client;
    }
}
