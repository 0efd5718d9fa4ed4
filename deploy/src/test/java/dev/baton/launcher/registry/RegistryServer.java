package dev.baton.launcher.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.avro.SchemaBuilder;

/**
 * A real registry in a process of its own, which keeps all in memory: one for all tests of a JVM, started by the first
 * that asks and ended when the JVM ends.
 */
final class RegistryServer {
    /** More than the jar has: then no id is the jar's by chance. */
    private static final int OTHERS = 100;

    private static final Path HOME = Path.of(System.getProperty("baton.root"), "deploy", "target", "registry");
    private static final Pattern LISTENING = Pattern.compile("Listening on: http://127\\.0\\.0\\.1:([0-9]+)\\.");

    private static final class Started {
        static final String ADDRESS = start();
    }

    private RegistryServer() {}

    /** As {@code --registry} takes it. */
    static String url() {
        return Started.ADDRESS + "/apis/registry/v3";
    }

    /** The id that others' tools are told for what a topic's values are written with. */
    /** Of all versions of the topic's schema. */
    static Set<Integer> idsOf(String topic) throws IOException, InterruptedException {
        String versions = Started.ADDRESS + "/apis/ccompat/v7/subjects/" + topic + "-value/versions";
        var ids = new TreeSet<Integer>();
        for (String version : numbers(versions, "([0-9]+)")) {
            numbers(versions + "/" + version, "\"id\":([0-9]+)").forEach(id -> ids.add(Integer.valueOf(id)));
        }
        return ids;
    }

    private static List<String> numbers(String url, String pattern) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            String answer = http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                    .body();
            List<String> found = Pattern.compile(pattern)
                    .matcher(answer)
                    .results()
                    .map(result -> result.group(1))
                    .toList();
            if (found.isEmpty()) {
                throw new AssertionError(url + " answers " + answer);
            }
            return found;
        }
    }

    private static String start() {
        String jar = HOME.resolve("quarkus-run.jar").toString();
        var server = ChildProcess.java(
                "registry",
                Map.of(),
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=0",
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=0",
                        "-jar",
                        jar));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "registry-close"));
        // It listens only when it is ready.
        String address = "http://127.0.0.1:" + server.await(LISTENING).group(1);
        try (var ids = new RegistrySchemas(address + "/apis/registry/v3", true, Map.of())) {
            for (int i = 0; i < OTHERS; i++) {
                ids.idOf(
                        "others-" + i,
                        SchemaBuilder.record("Other" + i)
                                .fields()
                                .requiredInt("number")
                                .endRecord());
            }
        }
        return address;
    }
}
