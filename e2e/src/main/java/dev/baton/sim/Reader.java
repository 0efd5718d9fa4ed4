package dev.baton.sim;

import java.util.function.Consumer;

/** A consumer of one log, behind by its link's delay, that hands on entries in order. */
final class Reader<E> {
    private static final long RETRY = 20_000_000;

    private final Scheduler scheduler;
    private final Link link;
    private final SimLog<E> log;
    private final Process process;
    private final Consumer<SimLog.Entry<E>> each;
    private final Consumer<SimLog.Entry<E>> watcher = entry -> wake();
    private long position;
    private boolean waking;

    Reader(Scheduler scheduler, Link link, SimLog<E> log, Process process, Consumer<SimLog.Entry<E>> each) {
        this.scheduler = scheduler;
        this.link = link;
        this.log = log;
        this.process = process;
        this.each = each;
    }

    /** Reads on from there, until {@link #close}. */
    void openAt(long offset) {
        position = offset;
        log.watch(watcher);
        wake();
    }

    void close() {
        log.unwatch(watcher);
    }

    /** The next entry that it will hand on. */
    long position() {
        return position;
    }

    private void wake() {
        if (!waking && position < log.end()) {
            waking = true;
            scheduler.in(link.delay(), () -> process.run(this::fetch));
        }
    }

    private void fetch() {
        waking = false;
        if (!link.canReceive() || !link.canSend() || !log.isUp()) {
            waking = true;
            scheduler.in(RETRY, () -> process.run(this::fetch));
            return;
        }
        long end = log.end();
        while (position < end && process.isAlive()) {
            SimLog.Entry<E> entry = log.get(position);
            position++;
            each.accept(entry);
        }
        wake();
    }
}
