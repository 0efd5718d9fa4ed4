package dev.baton.launcher.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.launcher.jvm.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of this JVM's Java, with what it prints; ended by its own handle. */
final class ChildProcess implements AutoCloseable {
    /** Far longer than anything takes on a machine that others use too. */
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(20);
    /** What users get, although the tests' own comes first on the class path. */
    private static final Path LOGGING =
            Path.of(System.getProperty("baton.root"), "deploy", "src", "main", "resources", "logback.xml");

    private final String name;
    private final Process process;
    private final Path output;

    private ChildProcess(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /** The {@code baton} command, with this JVM's class path. */
    static ChildProcess baton(Map<String, String> environment, String... arguments) {
        return baton(System.getProperty("java.class.path"), environment, List.of(), arguments);
    }

    static ChildProcess baton(
            String classPath, Map<String, String> environment, List<String> options, String... arguments) {
        var all = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=" + LOGGING));
        all.addAll(options);
        all.addAll(List.of("-cp", classPath, "dev.baton.launcher.Baton"));
        all.addAll(List.of(arguments));
        return java("baton " + arguments[0], environment, all);
    }

    static ChildProcess java(String name, Map<String, String> environment, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(JavaCommand.java());
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile("baton-child-", ".log");
            output.toFile().deleteOnExit();
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(variable -> variable.startsWith("BATON_"));
            builder.environment().putAll(environment);
            return new ChildProcess(name, builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not start", e);
        }
    }

    String text() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has printed this. */
    Matcher await(Pattern pattern) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            Matcher found = pattern.matcher(text());
            if (found.find()) {
                return found;
            }
            assertTrue(
                    alive && System.nanoTime() - deadline < 0,
                    () -> name + " does not print " + pattern + ":\n" + text());
            LockSupport.parkNanos(LOOK_EVERY);
        }
    }

    void await(String text) {
        await(Pattern.compile(Pattern.quote(text)));
    }

    /** Waits until it ends with this status; all that it printed. */
    String ended(int status) {
        try {
            assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), () -> name + " does not end:\n" + text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(name + ": interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        assertEquals(status, process.exitValue(), this::text);
        return text();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
