package dev.baton.e2e.cluster;

import dev.baton.e2e.kube.kit.CommandResult;
import dev.baton.launcher.jvm.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The container image as users make it, from this JVM's class path. */
final class Image {
    /** The first build fetches packages and links a Java runtime; later ones take seconds. */
    private static final Duration LIMIT = Duration.ofMinutes(8);

    private Image() {}

    /** @return the archive */
    static Path build(Path folder) {
        try {
            Files.createDirectories(folder);
            Path distribution = Files.createTempDirectory(folder, "dist");
            Distribution.pack(distribution);
            Path archive = folder.resolve("image.tar");
            var builder = new ProcessBuilder(
                    Path.of(System.getProperty("baton.root"), "deploy", "image", "build")
                            .toString(),
                    archive.toString());
            builder.environment().put("BATON_DIST", distribution.toString());
            builder.environment().put("BATON_JAVA", JavaCommand.java());
            System.out.print(CommandResult.by(builder, "", LIMIT).succeeded().out());
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
