package dev.baton.datapath.lab;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Pods that send all the time, a datagram of each flow in every round, until it is closed. */
public final class Sending implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000;

    private final AtomicLong rounds = new AtomicLong();
    private final Thread thread;
    private volatile boolean over;

    public Sending(PodFlow... flows) {
        var all = List.of(flows);
        thread = Thread.ofPlatform().daemon().start(() -> {
            while (!over) {
                all.forEach(PodFlow::send);
                rounds.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        });
    }

    public long rounds() {
        return rounds.get();
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        thread.join();
    }
}
