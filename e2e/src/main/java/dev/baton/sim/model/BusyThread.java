package dev.baton.sim.model;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * A thread of an agent that touches the kernel: one that does the work, one that renews the lease. Each piece of work
 * first decides, then takes its time, then does: a freeze or a crash may come in between.
 */
public final class BusyThread {
    private record Work(String name, long nanos, Supplier<Runnable> decide) {}

    private final Process process;
    private final ArrayDeque<Work> queue = new ArrayDeque<>();
    private boolean busy;

    public BusyThread(Process process) {
        this.process = process;
    }

    /** @param decide reads clocks and state now, and returns what will be done with them later */
    public void take(String name, long nanos, Supplier<Runnable> decide) {
        queue.add(new Work(name, nanos, decide));
        next();
    }

    public boolean hasQueued(String name) {
        return queue.stream().anyMatch(work -> work.name().equals(name));
    }

    private void next() {
        if (busy || queue.isEmpty()) {
            return;
        }
        busy = true;
        Work work = queue.removeFirst();
        Runnable doing = work.decide().get();
        process.in(work.nanos(), () -> {
            doing.run();
            busy = false;
            next();
        });
    }
}
