package dev.baton.datapath.linux.tool;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A tool that stays running and takes commands on its standard input: 0.1-1 ms each instead of 3-16 ms for starting
 * one. The tool prints no prompt, so each request ends with a barrier: a question about a device or word that cannot
 * exist, and the tool's complaint about it marks the end of the answer. A tool that does not answer in time is killed;
 * the next request starts a new one. Used by one thread.
 */
public final class ResidentTool implements AutoCloseable {
    /** A healthy tool answers in about a millisecond. Two that take as long as this cost a node its EIPs. */
    private static final Duration DEADLINE = Duration.ofMillis(1500);

    private static final String BARRIER = "barrier";

    /** Stands behind the last line of a tool that ended; no tool prints it. */
    private static final String ENDED = "\0";

    /** Not {@code link show}: within one batch, a later {@code addr show} would then list links. */
    private static final String NO_SUCH_DEVICE = "neigh show dev ";

    private final String name;
    private final String barrierCommand;
    private final List<String> command;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private @Nullable Process process;
    private long asked;

    private ResidentTool(String name, String barrierCommand, List<String> command) {
        this.name = name;
        this.barrierCommand = barrierCommand;
        this.command = command;
    }

    public static ResidentTool ip(Optional<String> namespace) {
        return new ResidentTool(
                "ip", NO_SUCH_DEVICE, RunTool.command(namespace, "stdbuf", "-oL", "ip", "-o", "-force", "-batch", "-"));
    }

    public static ResidentTool ip6(Optional<String> namespace) {
        return new ResidentTool(
                "ip -6",
                NO_SUCH_DEVICE,
                RunTool.command(namespace, "stdbuf", "-oL", "ip", "-6", "-o", "-force", "-batch", "-"));
    }

    /** Each line is one transaction. */
    public static ResidentTool nft(Optional<String> namespace, String... flags) {
        var tool = new ArrayList<>(List.of("stdbuf", "-oL", "nft", "-i"));
        tool.addAll(List.of(flags));
        return new ResidentTool("nft", "", RunTool.command(namespace, tool.toArray(String[]::new)));
    }

    /** What the tool printed, and the first complaint if there was one. */
    public record Answer(List<String> lines, Optional<String> complaint) {}

    /** Runs all commands, and fails with the first complaint if the tool complained. */
    public List<String> require(DatapathFault fault, List<String> commands) throws DatapathException {
        Answer answer = run(commands);
        if (answer.complaint().isPresent()) {
            throw new DatapathException(fault, name + ": " + answer.complaint().get() + " (of: " + commands + ")");
        }
        return answer.lines();
    }

    public Answer run(List<String> commands) throws DatapathException {
        try {
            Process child = running();
            String barrier = BARRIER + ++asked;
            var request = new StringBuilder();
            commands.forEach(line -> request.append(line).append('\n'));
            request.append(barrierCommand).append(barrier).append('\n');
            var stdin = child.getOutputStream();
            stdin.write(request.toString().getBytes(StandardCharsets.UTF_8));
            stdin.flush();
            return answer(barrier);
        } catch (IOException e) {
            close();
            throw new DatapathException(DatapathFault.TOOL_DEADLINE, name + " ended while it was asked " + commands, e);
        }
    }

    private Answer answer(String barrier) throws DatapathException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        var before = new ArrayList<String>();
        while (true) {
            String line = next(deadline);
            if (line.contains(barrier)) {
                next(deadline); // the barrier's complaint has one more line
                break;
            }
            before.add(line);
        }
        if (!before.isEmpty() && before.getLast().startsWith("Error: syntax error")) {
            before.removeLast(); // of the barrier itself
        }
        var complaint = before.stream().filter(ResidentTool::complains).findFirst();
        return new Answer(List.copyOf(before), complaint);
    }

    private static boolean complains(String line) {
        return line.startsWith("Error:")
                || line.startsWith("RTNETLINK answers:")
                || line.startsWith("Cannot find device")
                || line.startsWith("Command failed")
                || line.startsWith("internal:");
    }

    private String next(long deadline) throws DatapathException {
        try {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line != null && line.equals(ENDED)) {
                close();
                throw new DatapathException(DatapathFault.TOOL_DEADLINE, name + " ended instead of answering");
            }
            if (line != null) {
                return line;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        throw new DatapathException(DatapathFault.TOOL_DEADLINE, name + " did not answer within " + DEADLINE);
    }

    private Process running() throws IOException {
        Process current = process;
        if (current != null && current.isAlive()) {
            return current;
        }
        lines.clear();
        Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
        process = started;
        Thread.ofPlatform().daemon().name("read-" + name).start(() -> {
            try (var reader =
                    new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (process == started) { // else this tool was given up meanwhile
                        lines.add(line);
                    }
                }
            } catch (IOException e) {
                // The tool ended; the line below says so.
            }
            if (process == started) {
                lines.add(ENDED);
            }
        });
        return started;
    }

    @Override
    public void close() {
        Process current = process;
        process = null;
        if (current != null) {
            current.destroyForcibly();
        }
    }
}
