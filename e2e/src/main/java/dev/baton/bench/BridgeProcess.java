package dev.baton.bench;

import dev.baton.launcher.jvm.JavaCommand;
import dev.baton.launcher.jvm.JvmOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A bridge as a process of its own. */
final class BridgeProcess implements AutoCloseable {
    private static final int METRICS_PORT = 19401;
    private static final int END_LIMIT_S = 10;

    private final Process process;

    private BridgeProcess(Process process) {
        this.process = process;
    }

    static BridgeProcess start(Path kubeconfig, String bootstrap, int writesPerSecond) throws IOException {
        List<String> command = JavaCommand.of(JvmOptions.BRIDGE)
                .baton(List.of(
                        "bridge",
                        "--bootstrap",
                        bootstrap,
                        "--kubeconfig",
                        kubeconfig.toString(),
                        "--namespace",
                        "default",
                        "--status-writes-per-second",
                        Integer.toString(writesPerSecond),
                        "--metrics-port",
                        Integer.toString(METRICS_PORT)));
        Path log = Files.createTempFile("baton-bridge", ".log");
        return new BridgeProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    }

    String memory() {
        return Machine.memory(process.pid());
    }

    /** Empty as long as the bridge does not answer. */
    String metrics() {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + METRICS_PORT + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
