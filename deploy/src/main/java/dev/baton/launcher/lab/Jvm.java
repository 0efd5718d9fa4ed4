package dev.baton.launcher.lab;

import dev.baton.launcher.jvm.JavaCommand;
import dev.baton.launcher.jvm.JvmOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of Baton's commands as a process of its own inside a namespace, which can be killed and stopped. */
final class Jvm {
    private static final long END_LIMIT_SECONDS = 10;

    private final Process process;
    private final Path log;

    private Jvm(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** The command line of a service that runs on the class path of this process. */
    static List<String> service(String heap, List<String> arguments) {
        // Many such processes share the machine for a short time.
        return JavaCommand.of(JvmOptions.SERVICE)
                .with("-Xmx" + heap, "-XX:TieredStopAtLevel=1")
                .baton(arguments);
    }

    /** @param log appended to: one file for all processes of a service */
    static Jvm start(Namespaces namespaces, String namespace, Path log, List<String> command) {
        try {
            var builder = new ProcessBuilder(namespaces.inside(namespace, command.toArray(String[]::new)));
            // The lab depends on its own options only, not on the environment.
            builder.environment().keySet().removeIf(variable -> variable.startsWith("BATON_"));
            Process process = builder.redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new Jvm(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the process has printed this; it is an error if the process has ended. */
    boolean hasSaid(String words) {
        try {
            String text = Files.readString(log);
            if (!process.isAlive() && !text.contains(words)) {
                throw new IllegalStateException("it ended with status " + process.exitValue() + "; see " + log);
            }
            return text.contains(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}. Returns when the process is gone. */
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " does not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        Namespaces.run("", "kill", signal, Long.toString(process.pid()));
    }
}
