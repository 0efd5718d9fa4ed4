package dev.baton.e2e.cluster;

import dev.baton.launcher.jvm.JavaCommand;
import dev.baton.launcher.jvm.JvmOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Baton from this JVM's class path: run on this machine, or copied into a node's folder. */
public final class Distribution {
    private static final Pattern AGENT_JARS = Pattern.compile("<includeArtifactIds>([^<]+)</includeArtifactIds>");
    private static final Path CLASSES = Path.of("target", "classes");

    private Distribution() {}

    /** A service, or a command of the command line, on this class path. */
    static List<String> command(JvmOptions options, String... arguments) {
        return JavaCommand.of(options)
                // Many such processes share the machine for a short time.
                .with("-Xmx512m", "-XX:TieredStopAtLevel=1")
                .with("-Dbaton.logging=true") // as users get it, although the tests' own file is on the class path
                .baton(List.of(arguments));
    }

    /** An agent from the folder that {@link #lay} filled. */
    public static List<String> agent(String folder) {
        return JavaCommand.of(JvmOptions.AGENT)
                .on(folder + "/classes:" + folder + "/*")
                .baton(List.of("agent"));
    }

    /** Copies what an agent needs, and no more, into one folder. */
    public static void lay(Path folder) {
        List<String> wanted = agentJars();
        try {
            Files.createDirectories(folder.resolve("classes"));
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                Path path = Path.of(entry);
                String name = path.endsWith(CLASSES)
                        ? String.valueOf(path.getName(path.getNameCount() - 3))
                        : String.valueOf(path.getFileName());
                boolean isWanted = wanted.stream().anyMatch(jar -> name.equals(jar) || name.matches(jar + "-[0-9].*"));
                if (isWanted && Files.isDirectory(path)) {
                    copy(path, folder.resolve("classes"));
                } else if (isWanted) {
                    Files.copy(path, folder.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a distribution as a build does: all jars, and links to those that an agent needs. */
    static void pack(Path distribution) {
        List<String> wanted = agentJars();
        try {
            Path lib = Files.createDirectories(distribution.resolve("lib"));
            Path agent = Files.createDirectories(distribution.resolve("agent"));
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                Path path = Path.of(entry);
                String name = path.endsWith(CLASSES)
                        ? path.getName(path.getNameCount() - 3) + ".jar"
                        : String.valueOf(path.getFileName());
                if (path.endsWith(CLASSES)) {
                    jar(path, lib.resolve(name));
                } else if (name.endsWith(".jar")) {
                    Files.createSymbolicLink(lib.resolve(name), path.toAbsolutePath());
                }
                if (wanted.stream().anyMatch(jar -> name.equals(jar + ".jar") || name.matches(jar + "-[0-9].*"))) {
                    Files.createSymbolicLink(agent.resolve(name), Path.of("..", "lib", name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void jar(Path classes, Path jar) {
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        int status =
                tool.run(System.out, System.err, "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
        if (status != 0) {
            throw new AssertionError("jar of " + classes + ": status " + status);
        }
    }

    /** Read from the build, so that there is no second list. */
    private static List<String> agentJars() {
        try {
            String pom = Files.readString(Path.of(System.getProperty("baton.root"), "e2e", "pom.xml"));
            return AGENT_JARS
                    .matcher(pom)
                    .results()
                    .map(match -> List.of(match.group(1).split(",")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                // Only generic files, such as those of META-INF, are in more than one folder of classes.
                if (!Files.exists(copy)) {
                    Files.copy(file, copy);
                }
            }
        }
    }
}
