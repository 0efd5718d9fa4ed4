package dev.baton.e2e.kube.kit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An API server with etcd and a few of Kubernetes' controllers, on loopback and in a folder of its own. It ends when it
 * is closed, and when this JVM ends in any way. Started again in the same folder, it has the same data and credentials.
 */
public final class KubeApi implements AutoCloseable {
    /** It takes three seconds on an idle machine. */
    private static final int START_LIMIT_S = 120;

    private static final int STOP_LIMIT_S = 30;

    private final Path data;
    private final Process process;
    private final Path kubeconfig;
    private final KubernetesClient client;

    private KubeApi(Path data, Process process, Path kubeconfig) {
        this.data = data;
        this.process = process;
        this.kubeconfig = kubeconfig;
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
    }

    /**
     * @param options of start.sh, for example {@code --controllers} and a list, or {@code --} and the API server's own
     *     flags
     */
    public static KubeApi start(Path data, String... options) {
        var command = new ArrayList<>(List.of(KubeAssets.start().toString(), "--data", data.toString()));
        command.addAll(List.of(options));
        Path log = data.resolve("start.log");
        var builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("KUBE_START_TIMEOUT_S", Integer.toString(START_LIMIT_S));
        try {
            Files.createDirectories(data);
            Process process = builder.start();
            Optional<String> line = firstLine(process);
            if (line.isEmpty()) {
                end(process);
                throw new AssertionError(command + " does not start:\n" + Files.readString(log));
            }
            return new KubeApi(data, process, Path.of(line.get()));
        } catch (IOException e) {
            throw new UncheckedIOException(command.toString(), e);
        }
    }

    private static Optional<String> firstLine(Process process) {
        // Not closed: the process would get a broken pipe.
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<@Nullable String> line = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                line.complete(output.readLine());
            } catch (IOException e) {
                line.completeExceptionally(e);
            }
        });
        try {
            return Optional.ofNullable(line.get(START_LIMIT_S + 5, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    public Path kubeconfig() {
        return kubeconfig;
    }

    /** A client with the administrator's rights. */
    public KubernetesClient client() {
        return client;
    }

    public Kubectl kubectl() {
        return Kubectl.with(kubeconfig, data);
    }

    /** @param program etcd, kube-apiserver or kube-controller-manager */
    public long pid(String program) {
        try {
            return Long.parseLong(
                    Files.readString(data.resolve(program + ".pid")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(program + " does not run", e);
        }
    }

    /** @param name STOP, CONT or KILL; when one program ends, all end */
    public void signal(String program, String name) {
        CommandResult.by(new ProcessBuilder("kill", "-" + name, Long.toString(pid(program))), "", CommandResult.LIMIT)
                .succeeded();
    }

    @Override
    public void close() {
        client.close();
        end(process);
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
