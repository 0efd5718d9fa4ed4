package dev.baton.launcher.lab;

import dev.baton.datapath.linux.netlink.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Network namespaces of this process, named {@code baton-PID-NAME}. Closing removes them, with every process that
 * still runs in them; those of a process that died without closing are removed at the next start.
 */
final class Namespaces implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("baton-([0-9]+)-[a-z0-9]+");
    private static final long COMMAND_LIMIT_SECONDS = 20;

    private final String prefix = "baton-" + ProcessHandle.current().pid() + "-";
    private final Map<String, Boolean> made = new LinkedHashMap<>();
    private boolean closed;

    /**
     * Removes what earlier processes left.
     *
     * @return how many namespaces
     */
    static int sweep() {
        int swept = 0;
        for (String line : run("", "ip", "netns", "list").lines().toList()) {
            String name = line.split(" ")[0];
            Matcher ours = NAME.matcher(name);
            if (ours.matches()
                    && ProcessHandle.of(Long.parseLong(ours.group(1))).isEmpty()) {
                remove(name);
                swept++;
            }
        }
        return swept;
    }

    String full(String name) {
        return prefix + name;
    }

    synchronized void add(String name) {
        if (closed) {
            throw new IllegalStateException("the lab is closing");
        }
        made.put(name, true); // noted first, so that an interrupt cannot leave a namespace behind
        run("", "ip", "netns", "add", full(name));
        in(name, "ip", "link", "set", "lo", "up");
    }

    /** Runs a command inside and returns what it printed; throws if the command fails. */
    String in(String name, String... command) {
        return run("", inside(name, command));
    }

    /** Runs lines by {@code ip -batch} inside. */
    void ip(String name, String... lines) {
        run(String.join("\n", lines) + "\n", inside(name, "ip", "-batch", "-"));
    }

    String[] inside(String name, String... command) {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", full(name)));
        whole.addAll(List.of(command));
        return whole.toArray(String[]::new);
    }

    /** Creates something inside that stays there, such as a socket or a thread. */
    <T> T make(String name, Callable<T> work) {
        return NetworkNamespace.call(full(name), work);
    }

    static String run(String input, String... command) {
        String text = String.join(" ", command);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(text + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(text + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + text, e);
        }
    }

    private static void remove(String name) {
        for (String pid : run("", "ip", "netns", "pids", name).lines().toList()) {
            ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(Namespaces::end);
        }
        run("", "ip", "netns", "del", name);
    }

    /** Spares this process itself, of which a thread may be inside. */
    private static void end(ProcessHandle process) {
        if (!process.equals(ProcessHandle.current())) {
            process.destroyForcibly();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        var failed = new ArrayList<String>();
        for (String name : List.copyOf(made.keySet()).reversed()) {
            try {
                remove(full(name));
                made.remove(name);
            } catch (IllegalStateException e) {
                failed.add(String.valueOf(e.getMessage()));
            }
        }
        if (!failed.isEmpty()) {
            throw new IllegalStateException("left behind: " + failed);
        }
    }
}
