package dev.baton.e2e.kube.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The result of a command: its status and what it printed. */
public record CommandResult(String command, int status, String out, String err) {
    /** Far longer than any command takes, even on a busy machine. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    /** Runs a command to its end, which must come in time. */
    public static CommandResult by(ProcessBuilder builder, String input, Duration limit) {
        String command = String.join(" ", builder.command());
        Process process = null;
        try {
            process = builder.start();
            var out = text(process.getInputStream());
            var err = text(process.getErrorStream());
            type(process, input);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(command + ": not done within " + limit);
            }
            return new CommandResult(command, process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(command + ": interrupted", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static void type(Process process, String input) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The command ended before it had read all input; its status says why.
        }
    }

    private static CompletableFuture<String> text(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    public CommandResult succeeded() {
        assertEquals(0, status, this::toString);
        return this;
    }

    /** Asserts that the command failed, with all of these words on its standard error. */
    public CommandResult refused(String... words) {
        assertNotEquals(0, status, this::toString);
        for (String word : words) {
            assertTrue(err.contains(word), () -> "\"" + word + "\" is missing in " + this);
        }
        return this;
    }

    /** A printed table's lines, each split where a table has two blanks or more. */
    public List<List<String>> rows() {
        return out.lines().map(line -> List.of(line.strip().split(" {2,}"))).toList();
    }

    @Override
    public String toString() {
        return command + ": status " + status + "\n" + out + err;
    }
}
