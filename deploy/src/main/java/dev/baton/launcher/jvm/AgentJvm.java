package dev.baton.launcher.jvm;

import dev.baton.launcher.Baton;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command line of an agent's process. If Baton runs from its distribution, it has only the agent's few jars and
 * the cache of their classes; else, as in tests, the class path of this process.
 */
public final class AgentJvm {
    private static final String JARS = "agent";
    private static final String CACHE = "agent.aot";

    private AgentJvm() {}

    /** @param arguments after {@code baton agent} */
    public static List<String> command(List<String> arguments) {
        List<String> options = cache().filter(Files::isRegularFile).stream()
                .map(file -> "-XX:AOTCache=" + file)
                .toList();
        return command(options, arguments);
    }

    /** Whether agents start from a cache. */
    public static boolean isPrepared() {
        return cache().filter(Files::isRegularFile).isPresent();
    }

    /** The command line of an agent whose JVM records the loaded classes when it ends. */
    static List<String> training(Path cache, List<String> arguments) {
        // Profiles of methods are for a compiler that agents do not use.
        return command(List.of("-XX:AOTCacheOutput=" + cache, "-XX:-AOTRecordTraining"), arguments);
    }

    /** The cache's file; empty if Baton does not run from its distribution. */
    static Optional<Path> cache() {
        return distribution().map(folder -> folder.resolve(CACHE));
    }

    private static List<String> command(List<String> options, List<String> arguments) {
        JavaCommand command = JavaCommand.of(JvmOptions.AGENT).with(options);
        var whole = new ArrayList<>(List.of("agent"));
        whole.addAll(arguments);
        return distribution()
                .map(AgentJvm::classPath)
                .map(command::on)
                .orElse(command)
                .baton(whole);
    }

    /** In the same order as in the launcher script: the cache is valid for one class path only. */
    private static String classPath(Path distribution) {
        try (Stream<Path> jars = Files.list(distribution.resolve(JARS))) {
            return jars.map(Path::toString)
                    .filter(name -> name.endsWith(".jar"))
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> distribution() {
        try {
            Path jar = Path.of(Baton.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Optional.ofNullable(jar.getParent())
                    .flatMap(lib -> Optional.ofNullable(lib.getParent()))
                    .filter(folder -> Files.isDirectory(folder.resolve(JARS)));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
