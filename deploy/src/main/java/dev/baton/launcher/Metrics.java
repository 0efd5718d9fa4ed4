package dev.baton.launcher;

import com.sun.net.httpserver.HttpServer;
import dev.baton.metrics.Counters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** The option where counters are served for Prometheus, and the JDK's HTTP server that does it. */
public final class Metrics {
    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Where /metrics tells counters in Prometheus' text form; 0 = nowhere"
                    + " (default: ${DEFAULT-VALUE}).")
    private int port;

    /** Until the process ends, if a port was named. */
    public void serve(Counters counters) throws IOException {
        if (port == 0) {
            return;
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/metrics", exchange -> {
            byte[] body = counters.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0), "metrics-close"));
    }
}
