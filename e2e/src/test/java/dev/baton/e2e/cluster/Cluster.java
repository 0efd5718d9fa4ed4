package dev.baton.e2e.cluster;

import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.e2e.kube.kit.KubeAssets;
import dev.baton.e2e.kube.kit.Kubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Nodes, their control plane and a server outside, in namespaces that end with this JVM, and what can be done to them.
 * Its places are {@value #CONTROL}, {@value #EXTERNAL} and the nodes.
 */
final class Cluster implements AutoCloseable {
    static final String CONTROL = "control";
    static final String EXTERNAL = "external";
    static final String CONTROL_ADDRESS = "10.89.0.1";
    static final String SERVER = "10.89.0.250";

    private static final int STOP_LIMIT_S = 60;
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(3);

    private final Path folder;
    private final Processors processors;
    private final Process supervisor;
    private final Path kubeconfig;
    private final Kubectl kubectl;

    private Cluster(Path folder, Processors processors, Process supervisor, Path kubeconfig) {
        this.folder = folder;
        this.processors = processors;
        this.supervisor = supervisor;
        this.kubeconfig = kubeconfig;
        this.kubectl = Kubectl.with(kubeconfig, folder);
    }

    /** @param folder for all that the nodes write */
    static Cluster start(int nodes, Path folder) {
        try {
            Files.createDirectories(folder);
            Path log = folder.resolve("supervisor.log");
            Processors processors = Processors.of(String.valueOf(folder.getFileName()));
            var builder = processors.in(script("run", Integer.toString(nodes), folder.toString()));
            Process supervisor =
                    builder.redirectError(log.toFile()).start(); // it ends when the pipe to its stdin closes
            BufferedReader output = supervisor.inputReader(StandardCharsets.UTF_8);
            String kubeconfig = output.readLine();
            if (kubeconfig == null) {
                throw new AssertionError("no cluster:\n" + Files.readString(log));
            }
            processors.weighNodes(folder.resolve("cgroups"), nodes);
            return new Cluster(folder, processors, supervisor, Path.of(kubeconfig));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessBuilder script(String... arguments) {
        var command = new ArrayList<>(List.of(KubeAssets.cluster().toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.startsWith("BATON_"));
        environment.put(
                "CLUSTER_BIN", KubeAssets.programs().toString()); // so that the script need not look for it each time
        return builder;
    }

    /** The files of a place; a node sees its own folder as {@value #ON_NODE}. */
    Path folder(String place) {
        return folder.resolve(place);
    }

    static final String ON_NODE = "/run/kube/state";

    /** The administrator's, for use on the machine itself. */
    Path kubeconfig() {
        return kubeconfig;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /** Runs kubectl with the words that a user types, separated by blanks. Fails if kubectl fails. */
    String kubectl(String words) {
        return kubectl.run(words.split(" ")).succeeded().out();
    }

    /** Runs a command of the machine in a place, as {@link #kubectl(String)} does. */
    String in(String place, String words) {
        return in(place, words.split(" "));
    }

    String in(String place, String... command) {
        return CommandResult.by(inside(place, command), "", CommandResult.LIMIT)
                .succeeded()
                .out();
    }

    ProcessBuilder inside(String place, String... command) {
        var whole = new ArrayList<>(List.of("exec", folder.toString(), place));
        whole.addAll(List.of(command));
        return processors.in(script(whole.toArray(String[]::new)));
    }

    /** Loads the images of an archive on all nodes. */
    void load(Path archive) {
        CommandResult.by(script("load", folder.toString(), archive.toString()), "", LOAD_LIMIT)
                .succeeded();
    }

    /**
     * Cuts a node's power: all its processes end at once, without notice. The cable goes first, because a machine
     * without power sends nothing, but a network namespace whose processes were killed still forwards packets for a
     * moment, without its firewall.
     */
    void powerOff(String node) {
        pullCable(node);
        kill(node, "pid");
    }

    void powerOn(String node) {
        start(node);
    }

    void pullCable(String node) {
        in(CONTROL, "ip link set " + node + " down");
    }

    void plugIn(String node) {
        in(CONTROL, "ip link set " + node + " up");
    }

    /** {@code kill -9} of one program of a place. */
    void killProgram(String place, String program) {
        kill(place, program + ".pid");
    }

    void startProgram(String place, String program) {
        start(place, program);
    }

    private void start(String... what) {
        var words = new ArrayList<>(List.of("start", folder.toString()));
        words.addAll(List.of(what));
        CommandResult.by(script(words.toArray(String[]::new)), "", CommandResult.LIMIT)
                .succeeded();
    }

    private void kill(String place, String file) {
        try {
            long pid =
                    Long.parseLong(Files.readString(folder(place).resolve(file)).strip());
            Optional<ProcessHandle> process = ProcessHandle.of(pid);
            if (process.isEmpty() || !process.get().destroyForcibly()) {
                throw new AssertionError(place + "/" + file + " names process " + pid + ", which does not run");
            }
            Eventually.holds(
                    Eventually.LONG,
                    file + " of " + place + " ends",
                    () -> !process.get().isAlive());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            supervisor.getOutputStream().close();
            if (!supervisor.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS)) {
                supervisor.destroy();
            }
            // Deletes hundreds of megabytes; the logs stay.
            script("down", folder.toString()).inheritIO().start().waitFor(STOP_LIMIT_S, TimeUnit.SECONDS);
            processors.close();
        } catch (IOException e) {
            supervisor.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
