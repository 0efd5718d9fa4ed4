package dev.baton.e2e;

import dev.baton.launcher.jvm.JavaCommand;
import dev.baton.launcher.jvm.JvmOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code baton} command as a process of its own, with what it printed: both streams, as a terminal shows them. */
final class BatonProcess implements AutoCloseable {
    private final List<String> lines = new ArrayList<>();
    private final String name;
    private final Process process;
    private final Writer input;
    private int read;

    private BatonProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::collect, "output-of-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** @param temporary where the process puts what it does not mean to keep */
    static BatonProcess start(Path temporary, String... arguments) throws IOException {
        return start(temporary, Map.of(), arguments);
    }

    static BatonProcess start(Path temporary, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = JavaCommand.of(JvmOptions.COMMON)
                .with(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-Djava.io.tmpdir=" + temporary,
                        "-Dbaton.logging=true") // as users get it, although the tests' own file is on the class path
                .baton(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("BATON_"));
        builder.environment().putAll(environment);
        return new BatonProcess(arguments[0], builder.start());
    }

    private void collect() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.add("(its output broke off: " + e.getMessage() + ")");
            }
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    void type(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " takes no input any more:\n" + text(), e);
        }
    }

    /** Waits for a line that was not passed over before, and passes over everything up to it. */
    Matcher await(String pattern) {
        return await(pattern, Eventually.LONG);
    }

    Matcher await(String pattern, Duration limit) {
        var compiled = Pattern.compile(pattern);
        return Eventually.get(
                limit, () -> name + " prints " + pattern + "; it printed\n" + text(), () -> next(compiled));
    }

    private Optional<Matcher> next(Pattern pattern) {
        synchronized (lines) {
            for (int i = read; i < lines.size(); i++) {
                Matcher matcher = pattern.matcher(lines.get(i));
                if (matcher.find()) {
                    read = i + 1;
                    return Optional.of(matcher);
                }
            }
            return Optional.empty();
        }
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    String text() {
        return String.join("\n", lines());
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** As {@code kill} does. */
    void terminate() {
        process.destroy();
    }

    /** Stops it where it stands, as a hypervisor stops a machine. */
    void stop() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill " + signal + " of " + name + " ended with " + status);
        }
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(Eventually.LONG.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end; it printed\n" + text());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
