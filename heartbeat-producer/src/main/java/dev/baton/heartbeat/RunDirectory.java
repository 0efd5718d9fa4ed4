package dev.baton.heartbeat;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What outlives an agent's process but not the machine: default {@code /run/baton}, in memory, so files are replaced
 * atomically and never synced. Only one process uses it at a time. A damaged file is named, set aside and counts as
 * lost.
 */
public final class RunDirectory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunDirectory.class);
    private static final String SESSION = "session";
    private static final String EPOCHS = "epochs";
    private static final String CLUSTER = "cluster";
    private static final String READY = "ready";

    private final Path directory;
    private final NodeId node;
    private final BootId boot;
    private final FileChannel lock;

    /**
     * A node's session.
     *
     * @param leaseUntilNanos empty if no lease was acknowledged, or if the machine was started since
     * @param sequenceLimit heartbeat numbers from here on were never used
     */
    public record Session(Incarnation incarnation, OptionalLong leaseUntilNanos, long sequenceLimit) {}

    private RunDirectory(Path directory, NodeId node, BootId boot, FileChannel lock) {
        this.directory = directory;
        this.node = node;
        this.boot = boot;
        this.lock = lock;
    }

    /** @throws IOException if it cannot be written, or another process uses it */
    public static RunDirectory open(Path directory, NodeId node, BootId boot) throws IOException {
        Files.createDirectories(directory);
        FileChannel lock =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(lock)) {
            lock.close();
            throw new IOException("run directory " + directory + " is in use by another agent");
        }
        return new RunDirectory(directory, node, boot, lock);
    }

    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another agent of this very process
        }
    }

    public Optional<Session> session() {
        return read(SESSION)
                .flatMap(lines -> checked(SESSION, () -> {
                    if (!lines.getOrDefault("node", "").equals(node.value())) {
                        throw new IllegalArgumentException("it is of node " + lines.get("node") + ", this is " + node);
                    }
                    boolean sameBoot = lines.getOrDefault("boot", "").equals(boot.value());
                    String until = lines.getOrDefault("lease_until_nanos", "none");
                    return new Session(
                            new Incarnation(number(lines, "incarnation")),
                            until.equals("none") || !sameBoot
                                    ? OptionalLong.empty()
                                    : OptionalLong.of(number(lines, "lease_until_nanos")),
                            number(lines, "sequence_limit"));
                }));
    }

    public void write(Session session) {
        String until = session.leaseUntilNanos().isPresent()
                ? Long.toString(session.leaseUntilNanos().getAsLong())
                : "none";
        replace(
                SESSION,
                "node=" + node + "\nboot=" + boot.value() + "\nincarnation=" + session.incarnation()
                        + "\nlease_until_nanos=" + until + "\nsequence_limit=" + session.sequenceLimit() + "\nend=\n");
    }

    /** The highest epoch seen of each EIP. */
    public SortedMap<Eip, Epoch> epochs() {
        return read(EPOCHS)
                .flatMap(lines -> checked(EPOCHS, () -> {
                    SortedMap<Eip, Epoch> epochs = new TreeMap<>();
                    for (String eip : lines.keySet()) {
                        if (!eip.equals("end")) {
                            epochs.put(Eip.parse(eip), new Epoch(number(lines, eip)));
                        }
                    }
                    return epochs;
                }))
                .orElseGet(TreeMap::new);
    }

    public void writeEpochs(SortedMap<Eip, Epoch> epochs) {
        var text = new StringBuilder();
        epochs.forEach(
                (eip, epoch) -> text.append(eip).append('=').append(epoch).append('\n'));
        replace(EPOCHS, text.append("end=\n").toString());
    }

    /** The Kafka cluster whose log the rest of this directory comes from; empty: none was read yet. */
    public Optional<String> cluster() {
        return read(CLUSTER).map(lines -> lines.getOrDefault("id", "")).filter(id -> !id.isEmpty());
    }

    /**
     * From now on this directory is about that cluster. Epochs of another one count for nothing there: they are
     * forgotten first, so that a crash in between only leads here again.
     */
    public void enter(String cluster) {
        if (cluster().filter(known -> !known.equals(cluster)).isPresent()) {
            writeEpochs(new TreeMap<>());
        }
        replace(CLUSTER, "id=" + cluster + "\nend=\n");
    }

    /**
     * Whether the agent is ready, for whoever cannot ask it: as long as it is, a file that is young. One that grows old
     * is of an agent that does not go on.
     */
    public void showReady(boolean ready) {
        Path path = directory.resolve(READY);
        try {
            if (ready) {
                Files.writeString(path, "node=" + node + "\n");
            } else {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // Nothing but probes asks for it.
            log.warn("event=readiness_not_shown node={} file={} reason=\"{}\"", node, path, e.getMessage());
        }
    }

    /** Lines {@code name=value}; the last is {@code end=}, without which the file is cut short. */
    private Optional<SortedMap<String, String>> read(String file) {
        Path path = directory.resolve(file);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        return checked(file, () -> {
            var lines = new TreeMap<String, String>();
            for (String line : Files.readAllLines(path)) {
                int equals = line.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("line \"" + line + "\" is not of the form name=value");
                }
                lines.put(line.substring(0, equals), line.substring(equals + 1));
            }
            if (!lines.containsKey("end")) {
                throw new IllegalArgumentException("it is cut short");
            }
            return lines;
        });
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> Optional<T> checked(String file, Reading<T> reading) {
        try {
            return Optional.of(reading.read());
        } catch (IOException | IllegalArgumentException e) {
            Path path = directory.resolve(file);
            log.warn("event=run_file_damaged node={} file={} reason=\"{}\"", node, path, e.getMessage());
            setAside(path);
            return Optional.empty();
        }
    }

    private static void setAside(Path path) {
        try {
            Files.move(path, path.resolveSibling(path.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn("event=run_file_stuck file={} reason=\"{}\"", path, e.getMessage());
        }
    }

    private static long number(SortedMap<String, String> lines, String name) {
        return Long.parseLong(lines.getOrDefault(name, ""));
    }

    private void replace(String file, String text) {
        Path path = directory.resolve(file);
        Path draft = directory.resolve(file + ".new");
        try {
            Files.writeString(draft, text);
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("run directory: " + path + " cannot be written", e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            log.warn("event=run_directory_close_failed directory={} reason=\"{}\"", directory, e.getMessage());
        }
    }
}
