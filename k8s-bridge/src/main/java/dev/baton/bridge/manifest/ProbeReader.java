package dev.baton.bridge.manifest;

import dev.baton.contract.DurationText;
import dev.baton.contract.mesh.Probe;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads how endpoints are asked: as Baton's own policies say it, and as Envoy Gateway's active health check does. */
final class ProbeReader {
    /** For destinations of which nobody says anything: whether somebody listens. */
    static final Probe ABSENT = new Probe(new Probe.Tcp(), Duration.ofSeconds(1), Duration.ofMillis(500));

    private static final Map<String, Probe.Version> VERSIONS =
            Words.of("HTTP/1.1", Probe.Version.HTTP_1_1, "HTTP/2", Probe.Version.HTTP_2);
    /** Envoy Gateway's default; ours allow any from 200 to 399. */
    private static final int OK = 200;

    private ProbeReader() {}

    static Probe read(Fields probe) {
        probe.only("interval", "timeout", "tcp", "http", "grpc");
        return probe.built(() -> new Probe(
                question(probe),
                duration(probe, "interval", ABSENT.interval()),
                duration(probe, "timeout", ABSENT.timeout())));
    }

    private static Probe.Question question(Fields probe) {
        long kinds = Stream.of("tcp", "http", "grpc").filter(probe::has).count();
        if (kinds != 1) {
            throw probe.bad("tcp", "one of tcp, http and grpc is wanted, and not " + kinds + " of them");
        }
        if (probe.has("http")) {
            Fields http = probe.requiredObject("http").only("path", "host", "version", "statuses");
            return http.built(() -> new Probe.Http(
                    http.oneOf("version", VERSIONS).orElse(Probe.Version.HTTP_1_1),
                    http.text("host").orElse(""),
                    http.text("path").orElse("/"),
                    new TreeSet<>(http.numbers("statuses"))));
        }
        if (probe.has("grpc")) {
            return new Probe.Grpc(
                    probe.requiredObject("grpc").only("service").text("service").orElse(""));
        }
        probe.requiredObject("tcp").only();
        return new Probe.Tcp();
    }

    /** Envoy Gateway's {@code healthCheck.active}, with its defaults. Its thresholds are the mesh's. */
    static Probe readActive(Fields active) {
        active.only(
                "type",
                "timeout",
                "interval",
                "initialJitter",
                "unhealthyThreshold",
                "healthyThreshold",
                "overrides",
                "http",
                "tcp",
                "grpc");
        Map<String, Probe.Question> types = Words.of(
                "HTTP",
                new Probe.Http(Probe.Version.HTTP_1_1, "", "/", new TreeSet<>()),
                "TCP",
                new Probe.Tcp(),
                "GRPC",
                new Probe.Grpc(""));
        Probe.Question type = active.oneOf("type", types).orElseThrow(() -> active.bad("type", "missing"));
        return active.built(() -> new Probe(
                switch (type) {
                    case Probe.Tcp tcp -> tcp;
                    case Probe.Grpc grpc ->
                        new Probe.Grpc(active.object("grpc")
                                .flatMap(fields -> fields.text("service"))
                                .orElse(""));
                    case Probe.Http http -> http(active.requiredObject("http"));
                },
                duration(active, "interval", Duration.ofSeconds(3)),
                duration(active, "timeout", Duration.ofSeconds(1))));
    }

    private static Probe.Http http(Fields http) {
        http.only(
                "path",
                "method",
                "hostname",
                "expectedStatuses",
                "retriableStatuses",
                "expectedResponse",
                "requestHeadersToAdd");
        http.oneOf("method", Words.of("GET", true));
        var statuses = new TreeSet<>(http.numbers("expectedStatuses"));
        if (statuses.isEmpty()) {
            statuses.add(OK);
        }
        return http.built(() -> new Probe.Http(
                Probe.Version.HTTP_1_1, http.text("hostname").orElse(""), http.requiredText("path"), statuses));
    }

    private static Duration duration(Fields fields, String name, Duration absent) {
        return fields.parsedText(name, DurationText::parse).orElse(absent);
    }
}
