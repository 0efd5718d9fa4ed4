package dev.baton.e2e.kube.kit;

import dev.baton.e2e.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An API server, its kubectl and a directory. Static field: one per class; instance field: one per test. Starts
 * before @BeforeAll and stops after @AfterAll.
 */
public final class KubeServer implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final List<String> options;
    private final boolean definitions;
    private Optional<Path> folder = Optional.empty();
    private Optional<KubeApi> running = Optional.empty();
    private boolean shared;

    private KubeServer(List<String> options, boolean definitions) {
        this.options = options;
        this.definitions = definitions;
    }

    /** @param controllers a list for the controller manager, or {@code none} */
    public static KubeServer with(String controllers) {
        return new KubeServer(List.of("--controllers", controllers), true);
    }

    /** An API server without Baton's definitions. */
    public static KubeServer bare() {
        return new KubeServer(List.of("--controllers", "none"), false);
    }

    public KubeApi api() {
        return running.orElseThrow();
    }

    public Kubectl kubectl() {
        return api().kubectl();
    }

    /** As {@code kubectl} with these arguments. */
    public CommandResult run(String... arguments) {
        return kubectl().run(arguments);
    }

    /** As {@code kubectl apply -f -} with this on its standard input. */
    public CommandResult apply(String manifest, String... arguments) {
        return kubectl().apply(manifest, arguments);
    }

    /** A directory for other files of the test. */
    public Path folder() {
        return folder.orElseThrow();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        shared = true;
        start();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!shared) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!shared) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }

    private void start() throws IOException {
        Path made = Files.createTempDirectory("baton-kube");
        folder = Optional.of(made);
        running = Optional.of(KubeApi.start(made.resolve("kube"), options.toArray(new String[0])));
        if (definitions) {
            Crds.install(kubectl());
        }
    }

    private void stop() {
        running.ifPresent(KubeApi::close);
        running = Optional.empty();
        // A process that was just stopped may still write.
        folder.ifPresent(path -> Eventually.holds(Eventually.LONG, path + " can be deleted", () -> isDeleted(path)));
        folder = Optional.empty();
    }

    private static boolean isDeleted(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
