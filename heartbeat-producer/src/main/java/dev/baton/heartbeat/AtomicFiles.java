package dev.baton.heartbeat;

import dev.baton.contract.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small files of lines {@code name=value} in one directory. The last line is {@code end=}, without which a file is cut
 * short. They are replaced atomically; a damaged one is named, set aside and counts as lost.
 */
public final class AtomicFiles {
    private static final Logger log = LoggerFactory.getLogger(AtomicFiles.class);
    private static final String END = "end";

    private final Path directory;
    private final NodeId node;

    AtomicFiles(Path directory, NodeId node) {
        this.directory = directory;
        this.node = node;
    }

    /** Understands a file's lines. */
    public interface Reading<T> {
        /** @throws IllegalArgumentException if they make no sense: the file is set aside */
        T read(SortedMap<String, String> lines);
    }

    /** @return empty if there is no such file, or it is damaged */
    public <T> Optional<T> read(String file, Reading<T> reading) {
        Path path = directory.resolve(file);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(reading.read(lines(path)));
        } catch (IOException | IllegalArgumentException e) {
            log.warn("event=run_file_damaged node={} file={} reason=\"{}\"", node, path, e.getMessage());
            setAside(path);
            return Optional.empty();
        }
    }

    private static SortedMap<String, String> lines(Path path) throws IOException {
        var lines = new TreeMap<String, String>();
        for (String line : Files.readAllLines(path)) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("line \"" + line + "\" is not of the form name=value");
            }
            lines.put(line.substring(0, equals), line.substring(equals + 1));
        }
        if (lines.remove(END) == null) {
            throw new IllegalArgumentException("it is cut short");
        }
        return lines;
    }

    /** @throws IllegalArgumentException if the line is missing or is no number */
    public static long number(SortedMap<String, String> lines, String name) {
        String value = lines.getOrDefault(name, "");
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + "=" + value + " is not a number", e);
        }
    }

    private static void setAside(Path path) {
        try {
            Files.move(path, path.resolveSibling(path.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn("event=run_file_stuck file={} reason=\"{}\"", path, e.getMessage());
        }
    }

    /** @throws UncheckedIOException if it cannot be written: the file is as it was before */
    public void replace(String file, SortedMap<String, String> lines) {
        var text = new StringBuilder();
        lines.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        Path path = directory.resolve(file);
        Path draft = directory.resolve(file + ".new");
        try {
            Files.writeString(draft, text.append(END).append("=\n"));
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("run directory: " + path + " cannot be written", e);
        }
    }
}
