package dev.baton.launcher.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --registry} costs who does not use it, and what is said to who uses it in vain. */
class RegistryOptionTest {
    private static final Pattern CLIENT = Pattern.compile("io\\.apicurio|kiota|RegistrySchemas|java\\.net\\.http\\.");
    private static final String SETTING = "config ";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private String[] agent(String... more) {
        var agent = List.of("agent", "--node=n1", "--bootstrap=127.0.0.1:9", "--run-dir=" + directory);
        return Stream.concat(agent.stream(), Arrays.stream(more)).toArray(String[]::new);
    }

    private static void inOneLine(String said, String... words) {
        String told = said.lines().filter(line -> !line.startsWith(SETTING)).collect(Collectors.joining("\n"));
        assertEquals(1, told.lines().count(), told);
        for (String word : words) {
            assertTrue(told.contains(word), () -> "\"" + word + "\" is missing in " + told);
        }
    }

    @Test
    void anAgentWithoutItLoadsNothingOfTheClient() throws IOException {
        Path loaded = directory.resolve("classes.log");
        try (var agent = ChildProcess.baton(
                System.getProperty("java.class.path"), Map.of(), List.of("-Xlog:class+load:file=" + loaded), agent())) {
            agent.await("agent started");
            agent.await("config registry= origin=default");
        }
        String classes = Files.readString(loaded);
        assertTrue(classes.contains("dev.baton.agent.LogInput"), "the classes are not told");
        assertFalse(
                CLIENT.matcher(classes).find(),
                () -> classes.lines()
                        .filter(line -> CLIENT.matcher(line).find())
                        .collect(Collectors.joining("\n")));
    }

    @Test
    void saysThatTheClientIsNotOnTheClassPath() {
        String small = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("apicurio") && !entry.contains("kiota"))
                .collect(Collectors.joining(File.pathSeparator));
        String url = "http://127.0.0.1:9/apis/registry/v3";
        try (var agent = ChildProcess.baton(small, Map.of("BATON_REGISTRY", url), List.of(), agent())) {
            inOneLine(agent.ended(1), "--registry " + url, "not on this class path");
        }
    }

    @Test
    void refusesWhatIsNoUrlOfARegistry() {
        for (String url : List.of(
                "registry:8080",
                "ftp://registry:8080/apis/registry/v3",
                "http://registry:8080",
                "http://registry:8080/apis/ccompat/v7",
                "http://me:secret@registry/apis/registry/v3",
                "http://registry/apis/registry/v3?x=y")) {
            try (var command = ChildProcess.baton(Map.of(), "get", "tunnels", "--registry", url)) {
                inOneLine(command.ended(2), "--registry", url, "http(s)://HOST:PORT/apis/registry/v3");
            }
        }
    }

    @Test
    void givesUpSoonWhereNoRegistryAnswers() throws IOException {
        String nowhere;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = "http://127.0.0.1:" + socket.getLocalPort() + "/apis/registry/v3";
        }
        for (String[] command : List.of(
                agent("--registry", nowhere),
                new String[] {"coordinator", "--bootstrap", "127.0.0.1:9", "--registry", nowhere})) {
            try (var child = ChildProcess.baton(Map.of(), command)) {
                inOneLine(child.ended(1), "no registry answers at --registry " + nowhere, "HOST:PORT/apis/registry/v3");
            }
        }
    }
}
