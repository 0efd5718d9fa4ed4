package dev.baton.heartbeat;

import dev.baton.contract.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an agent keeps what outlives its process but not the machine: default {@code /run/baton}, in memory, so files
 * are never synced. Only one process uses it at a time.
 */
public final class RunDirectory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunDirectory.class);

    private final Path path;
    private final AtomicFiles files;
    private final FileChannel lock;

    private RunDirectory(Path path, AtomicFiles files, FileChannel lock) {
        this.path = path;
        this.files = files;
        this.lock = lock;
    }

    /** @throws IOException if it cannot be written, or another process uses it */
    public static RunDirectory open(Path path, NodeId node) throws IOException {
        Files.createDirectories(path);
        FileChannel lock = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(lock)) {
            lock.close();
            throw new IOException("run directory " + path + " is in use by another agent");
        }
        return new RunDirectory(path, new AtomicFiles(path, node), lock);
    }

    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another agent of this very process
        }
    }

    public Path path() {
        return path;
    }

    public AtomicFiles files() {
        return files;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            log.warn("event=run_directory_close_failed directory={} reason=\"{}\"", path, e.getMessage());
        }
    }
}
