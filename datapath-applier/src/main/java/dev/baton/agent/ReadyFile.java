package dev.baton.agent;

import dev.baton.heartbeat.RunDirectory;
import java.time.Duration;

/** Shows probes that the agent is ready: a file that is touched while it is. */
final class ReadyFile {
    /** A tenth of the age at which the readiness probe calls the file stale. */
    private static final Duration TOUCH_EVERY = Duration.ofSeconds(1);

    private final RunDirectory run;
    private boolean shown;
    private long touchedNanos;

    ReadyFile(RunDirectory run) {
        this.run = run;
    }

    void show(boolean ready, long nowNanos) {
        if (ready != shown || ready && nowNanos - touchedNanos >= TOUCH_EVERY.toNanos()) {
            run.showReady(ready);
            shown = ready;
            touchedNanos = nowNanos;
        }
    }

    void remove() {
        run.showReady(false);
        shown = false;
    }
}
