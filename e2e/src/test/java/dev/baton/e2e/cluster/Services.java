package dev.baton.e2e.cluster;

import dev.baton.e2e.Eventually;
import dev.baton.launcher.jvm.JvmOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Baton's programs that run beside a cluster's control plane, and its command line there. */
final class Services {
    static final String BOOTSTRAP = Cluster.CONTROL_ADDRESS + ":19092";

    private final Cluster cluster;
    private final Map<String, Process> running = new LinkedHashMap<>();

    Services(Cluster cluster) {
        this.cluster = cluster;
    }

    void startBroker() {
        start("broker", "broker ready", "broker", "--host", Cluster.CONTROL_ADDRESS);
    }

    /** @param ready what it prints when it is ready */
    void start(String name, String ready, String... arguments) {
        try {
            Path log = log(name);
            var builder = cluster.inside(
                    Cluster.CONTROL,
                    Distribution.command(JvmOptions.SERVICE, arguments).toArray(String[]::new));
            Process process = builder.redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(log.toFile())
                    .start();
            running.put(name, process);
            Eventually.holds(Eventually.LONG, name + " says \"" + ready + "\"; see " + log, () -> {
                String said = read(log);
                if (!process.isAlive()) {
                    throw new AssertionError(name + " ended:\n" + said);
                }
                return said.contains(ready);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a program as its kubelet would, and waits until it has ended. */
    void stop(String name) {
        String pid = cluster.in(Cluster.CONTROL, "pgrep", "-f", "dev.baton.launcher.Baton " + name)
                .strip();
        cluster.in(Cluster.CONTROL, "kill", "-TERM", pid);
        Process process = Objects.requireNonNull(running.remove(name), name);
        Eventually.holds(Eventually.LONG, name + " ends", () -> !process.isAlive());
    }

    /** Asserts that no program was started again. */
    void assertRun() {
        running.forEach((name, process) -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended; see " + log(name));
            }
        });
    }

    Path log(String name) {
        return cluster.folder(Cluster.CONTROL).resolve("baton-" + name + ".log");
    }

    /** Runs {@code baton} as on an administrator's machine. */
    String baton(String words) {
        var arguments = new ArrayList<>(List.of(words.split(" ")));
        arguments.addAll(List.of("--bootstrap", BOOTSTRAP));
        return cluster.in(
                Cluster.CONTROL,
                Distribution.command(JvmOptions.COMMAND, arguments.toArray(String[]::new))
                        .toArray(String[]::new));
    }

    /** Why this address is where it is, for the message of a test that fails. */
    String why(String eip) {
        return "\n" + baton("why " + eip);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
