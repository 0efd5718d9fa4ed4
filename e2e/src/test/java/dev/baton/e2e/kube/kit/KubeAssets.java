package dev.baton.e2e.kube.kit;

import java.nio.file.Path;
import java.util.Optional;

/** The folder with Kubernetes' own programs, and the scripts that start them. */
public final class KubeAssets {
    public static final String VARIABLE = "KUBE_ASSETS";

    /** Unpacked once, on first use. */
    private static final class Programs {
        static final Path FOLDER = unpack();
    }

    private KubeAssets() {}

    public static boolean arePresent() {
        return folder().isPresent();
    }

    public static Path start() {
        return existing().resolve("start.sh");
    }

    /** Starts nodes as well. */
    public static Path cluster() {
        return existing().resolve("cluster.sh");
    }

    /** Of all programs. */
    public static Path programs() {
        return Programs.FOLDER;
    }

    public static Path kubectl() {
        return Programs.FOLDER.resolve("kubectl");
    }

    private static Path existing() {
        return folder().orElseThrow(() -> new IllegalStateException(VARIABLE + " is not set"));
    }

    private static Optional<Path> folder() {
        return Optional.ofNullable(System.getenv(VARIABLE))
                .filter(text -> !text.isBlank())
                .map(Path::of);
    }

    private static Path unpack() {
        CommandResult said = CommandResult.by(
                new ProcessBuilder(existing().resolve("unpack.sh").toString()), "", CommandResult.LIMIT);
        return Path.of(said.succeeded().out().strip());
    }
}
