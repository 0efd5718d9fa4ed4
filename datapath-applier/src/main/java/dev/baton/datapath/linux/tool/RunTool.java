package dev.baton.datapath.linux.tool;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts a tool for one task and waits for its end: for tasks that are rare, or too big for one line of a {@link
 * ResidentTool}.
 * No shell is involved.
 */
public final class RunTool {
    /** Replacing 65,000 elements takes nft about a second on an idle machine. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Optional<String> namespace;

    /** @param namespace of {@code ip netns}; empty: this process's own */
    public RunTool(Optional<String> namespace) {
        this.namespace = namespace;
    }

    /** The command line that runs a tool in this namespace. */
    static List<String> command(Optional<String> namespace, String... tool) {
        var command = new ArrayList<String>();
        namespace.ifPresent(name -> command.addAll(List.of("ip", "netns", "exec", name)));
        command.addAll(List.of(tool));
        return command;
    }

    /**
     * How a tool ended, and what it printed.
     *
     * @param complaint what it printed on its standard error; a tool that succeeds may complain too, and its
     *     {@code output} is complete all the same
     */
    public record Answer(int status, String output, String complaint) {
        public boolean succeeded() {
            return status == 0;
        }

        /** Everything that the tool printed, in one line. */
        public String said() {
            return (complaint.strip() + " " + output.strip()).strip().replace('\n', ' ');
        }
    }

    /** Runs a tool to its end, and fails if the tool failed. */
    public String require(DatapathFault fault, String input, String... tool) throws DatapathException {
        Answer answer = run(input, tool);
        if (!answer.succeeded()) {
            throw new DatapathException(fault, String.join(" ", tool) + ": " + answer.said());
        }
        return answer.output();
    }

    /** @throws DatapathException only if the tool could not be started or did not end in time */
    public Answer run(String input, String... tool) throws DatapathException {
        Process process;
        try {
            process = new ProcessBuilder(command(namespace, tool)).start();
        } catch (IOException e) {
            throw new DatapathException(
                    DatapathFault.TOOL_DEADLINE, tool[0] + " could not be started: is it installed?", e);
        }
        var output = reading(tool[0], process.getInputStream());
        var complaint = reading(tool[0], process.getErrorStream());
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The tool ended before it had read everything; its status and output say why.
            }
            String text = output.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(process.waitFor(), text, complaint.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException e) {
            throw new DatapathException(
                    DatapathFault.TOOL_DEADLINE, String.join(" ", tool) + " did not end within " + DEADLINE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatapathException(DatapathFault.TOOL_DEADLINE, "interrupted while running " + tool[0], e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> reading(String tool, InputStream from) {
        return CompletableFuture.supplyAsync(
                () -> readAll(from),
                task -> Thread.ofPlatform().daemon().name("read-" + tool).start(task));
    }

    private static String readAll(InputStream from) {
        try {
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Those of the tools that are not installed. */
    public static List<String> missing(List<String> tools) {
        var path = System.getenv()
                .getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
                .split(":");
        return tools.stream()
                .filter(tool -> Arrays.stream(path).noneMatch(folder -> Files.isExecutable(Path.of(folder, tool))))
                .toList();
    }
}
