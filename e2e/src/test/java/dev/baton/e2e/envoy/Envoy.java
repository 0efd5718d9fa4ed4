package dev.baton.e2e.envoy;

import dev.baton.e2e.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real Envoy that takes all its resources, in the incremental form, from a port of this machine. */
final class Envoy implements AutoCloseable {
    private static final long END_WITHIN_S = 10;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path folder;
    private final Process process;

    Envoy(Path folder, int xdsPort) throws IOException {
        this.folder = folder;
        Path bootstrap = folder.resolve("bootstrap.json");
        Files.writeString(bootstrap, bootstrap(xdsPort));
        process = new ProcessBuilder(
                        binary().orElseThrow().toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--file-flush-interval-msec",
                        "20",
                        "--admin-address-path",
                        folder.resolve("admin").toString(),
                        "-l",
                        "warning",
                        "-c",
                        bootstrap.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("envoy.log").toFile())
                .start();
    }

    static Optional<Path> binary() {
        return Optional.ofNullable(System.getenv(NeedsEnvoy.VARIABLE))
                .filter(value -> !value.isBlank())
                .map(Path::of)
                .filter(Files::isExecutable);
    }

    private static String bootstrap(int xdsPort) {
        return """
            {"node": {"id": "edge-1", "cluster": "edge", "locality": {"region": "eu", "zone": "a"}},
             "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}}},
             "dynamic_resources": {
               "cds_config": {"resource_api_version": "V3", "ads": {}},
               "lds_config": {"resource_api_version": "V3", "ads": {}},
               "ads_config": {"api_type": "DELTA_GRPC", "transport_api_version": "V3",
                 "set_node_on_first_message_only": true,
                 "grpc_services": [{"envoy_grpc": {"cluster_name": "xds",
                   "retry_policy": {"retry_back_off": {"base_interval": "0.1s", "max_interval": "1s"}}}}]}},
             "static_resources": {"clusters": [{"name": "xds", "type": "STATIC", "connect_timeout": "1s",
               "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                 "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                 "explicit_http_config": {"http2_protocol_options":
                   {"connection_keepalive": {"interval": "2s", "timeout": "2s"}}}}},
               "load_assignment": {"cluster_name": "xds", "endpoints": [{"lb_endpoints": [{"endpoint":
                 {"address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}}}}]}]}}]}}
            """.formatted(xdsPort);
    }

    /** Where it accepts requests, as soon as it does. */
    int port() {
        String admin = Eventually.get(Eventually.LONG, () -> "Envoy has an admin port" + said(), () -> read("admin"));
        String marker = "baton::127.0.0.1:";
        return Eventually.get(
                Eventually.LONG,
                () -> "Envoy listens" + said(),
                () -> ask(admin, "/listeners")
                        .lines()
                        .filter(line -> line.startsWith(marker))
                        .map(line ->
                                Integer.parseInt(line.substring(marker.length()).strip()))
                        .findFirst());
    }

    /** One of its own counters. */
    long counter(String name) {
        String admin = read("admin").orElseThrow();
        return ask(admin, "/stats?filter=^" + name + "$")
                .lines()
                .map(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0L);
    }

    private String ask(String admin, String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://" + admin + path.replace("^", "%5E")))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException _) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String said() {
        return ": " + read("envoy.log").orElse("");
    }

    private Optional<String> read(String file) {
        try {
            Path path = folder.resolve(file);
            return Files.exists(path)
                    ? Optional.of(Files.readString(path).strip()).filter(text -> !text.isEmpty())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        try {
            if (!process.waitFor(END_WITHIN_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
