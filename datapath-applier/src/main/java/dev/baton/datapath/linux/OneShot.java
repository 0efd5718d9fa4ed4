package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.io.IOException;
import java.io.InputStream;
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

    /**
     * What a tool said, and its exit status.
     *
     * @param complaint what it said on its standard error; a tool that succeeds may complain too, and what it found out
     *     stands in {@code output} all the same
     */
    record Answer(int status, String output, String complaint) {
        boolean succeeded() {
            return status == 0;
        }

        /** All of it in one line. */
        String said() {
            return (complaint.strip() + " " + output.strip()).strip().replace('\n', ' ');
        }
    }

    /** Runs a tool to its end and fails if it does. */
    String require(DatapathFault fault, String input, String... tool) throws DatapathException {
        Answer answer = run(input, tool);
        if (!answer.succeeded()) {
            throw new DatapathException(fault, String.join(" ", tool) + ": " + answer.said());
        }
        return answer.output();
    }

    /** @throws DatapathException only if the tool could not be started or did not end in time */
    Answer run(String input, String... tool) throws DatapathException {
        Process process;
        try {
            process = new ProcessBuilder(options.command(tool)).start();
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
                // It ended without reading everything; its status and output say why.
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

    static void daemon(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static CompletableFuture<String> reading(String tool, InputStream from) {
        return CompletableFuture.supplyAsync(() -> readAll(from), task -> daemon("read-" + tool, task));
    }

    private static String readAll(InputStream from) {
        try {
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
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
