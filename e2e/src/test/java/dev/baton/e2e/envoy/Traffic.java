package dev.baton.e2e.envoy;

import dev.baton.e2e.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends requests to one host name, one after another, until it is closed. */
final class Traffic implements AutoCloseable {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<Reply> replies = new ArrayList<>();
    private final Thread thread;
    private volatile boolean open = true;

    Traffic(int port, String host) {
        thread = Thread.ofPlatform().name("traffic").start(() -> {
            while (open) {
                add(Reply.to(port, host));
                LockSupport.parkNanos(PAUSE);
            }
        });
    }

    private synchronized void add(Reply reply) {
        replies.add(reply);
    }

    synchronized List<Reply> replies() {
        return List.copyOf(replies);
    }

    /** Those that are asked for from now on. */
    List<Reply> next(int count) {
        // The one on its way may have been asked for before.
        int from = replies().size() + 1;
        Eventually.holds(
                Eventually.LONG, count + " more requests", () -> replies().size() >= from + count);
        return replies().subList(from, from + count);
    }

    List<Reply> failed() {
        return replies().stream().filter(reply -> reply.status() != 200).toList();
    }

    @Override
    public void close() {
        open = false;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
