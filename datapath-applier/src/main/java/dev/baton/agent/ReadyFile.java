package dev.baton.agent;

import dev.baton.contract.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows probes that the agent is ready: the file {@code ready} of the run directory, which is touched while it is. One
 * that grows old is of an agent that does not go on.
 */
public final class ReadyFile {
    private static final Logger log = LoggerFactory.getLogger(ReadyFile.class);
    /** A tenth of the age at which the readiness probe calls the file stale. */
    private static final Duration TOUCH_EVERY = Duration.ofSeconds(1);

    private final Path file;
    private final NodeId node;
    private boolean shown;
    private long touchedNanos;

    /** @param directory the run directory */
    public ReadyFile(Path directory, NodeId node) {
        this.file = directory.resolve("ready");
        this.node = node;
    }

    /** To be called again and again, as long as the agent goes on. */
    public void show(boolean ready, long nowNanos) {
        if (ready != shown || ready && nowNanos - touchedNanos >= TOUCH_EVERY.toNanos()) {
            write(ready);
            shown = ready;
            touchedNanos = nowNanos;
        }
    }

    /** Whatever this process or one before it has shown. */
    void remove() {
        write(false);
        shown = false;
    }

    private void write(boolean ready) {
        try {
            if (ready) {
                Files.writeString(file, "node=" + node + "\n");
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Nothing but probes asks for it.
            log.warn("event=readiness_not_shown node={} file={} reason=\"{}\"", node, file, e.getMessage());
        }
    }
}
