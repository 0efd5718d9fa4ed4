package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tools that run once: what is rare, or too big for one line of a tool that stays. No shell is involved. */
final class OneShot {
    /** Replacing 65,000 elements takes nft about a second on an idle machine. */
    static final Duration DEADLINE = Duration.ofSeconds(20);

    private final LinuxOptions options;

    OneShot(LinuxOptions options) {
        this.options = options;
    }

    /** What a tool said, and its exit status. */
    record Answer(int status, String output) {
        boolean succeeded() {
            return status == 0;
        }
    }

    /** Runs a tool to its end and fails if it does. */
    String require(DatapathFault fault, String input, String... tool) throws DatapathException {
        Answer answer = run(input, tool);
        if (!answer.succeeded()) {
            throw new DatapathException(
                    fault,
                    String.join(" ", tool) + ": " + answer.output().strip().replace('\n', ' '));
        }
        return answer.output();
    }

    /** @throws DatapathException only if the tool could not be started or did not end in time */
    Answer run(String input, String... tool) throws DatapathException {
        Process process;
        try {
            process = new ProcessBuilder(options.command(tool))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new DatapathException(
                    DatapathFault.TOOL_DEADLINE, tool[0] + " could not be started: is it installed?", e);
        }
        var output = CompletableFuture.supplyAsync(() -> readAll(process), task -> daemon("read-" + tool[0], task));
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended without reading everything; its status and output say why.
            }
            String text = output.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(process.waitFor(), text);
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

    static void daemon(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static String readAll(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether every tool is there; names those that are not. */
    static List<String> missing(List<String> tools) {
        var path = System.getenv()
                .getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
                .split(":");
        return tools.stream()
                .filter(tool -> java.util.Arrays.stream(path)
                        .noneMatch(folder -> java.nio.file.Files.isExecutable(java.nio.file.Path.of(folder, tool))))
                .toList();
    }
}
