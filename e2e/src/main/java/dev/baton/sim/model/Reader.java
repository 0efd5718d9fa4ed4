package dev.baton.sim.model;

import java.util.function.Consumer;

/** A consumer of one log, behind by its link's delay, that hands on entries in order. */
public final class Reader<E> implements SimLog.Watcher<E> {
    private static final long RETRY = 20_000_000;

    private final Scheduler scheduler;
    private final Link link;
    private final SimLog<E> log;
    private final Process process;
    private final Consumer<SimLog.Entry<E>> each;
    private long position;
    private boolean waking;

    public Reader(Scheduler scheduler, Link link, SimLog<E> log, Process process, Consumer<SimLog.Entry<E>> each) {
        this.scheduler = scheduler;
        this.link = link;
        this.log = log;
        this.process = process;
        this.each = each;
    }

    /** Reads on from there, until {@link #close}. */
    public void openAt(long offset) {
        position = Math.min(offset, log.end());
        log.watch(this);
        wake();
    }

    public void close() {
        log.unwatch(this);
    }

    /** The next entry that it will hand on. */
    public long position() {
        return position;
    }

    @Override
    public void appended(SimLog.Entry<E> entry) {
        wake();
    }

    /** It is told by the log that its position is gone, and goes on at the end. */
    @Override
    public void cut(long end) {
        position = Math.min(position, end);
    }

    private void wake() {
        if (!waking && position < log.end()) {
            waking = true;
            scheduler.in(link.delay(), () -> process.run(this::fetch));
        }
    }

    private void fetch() {
        waking = false;
        if (!link.reaches(log)) {
            waking = true;
            scheduler.in(RETRY, () -> process.run(this::fetch));
            return;
        }
        long end = log.end();
        position = Math.max(position, log.begin());
        while (position < end && process.isAlive()) {
            SimLog.Entry<E> entry = log.get(position);
            position++;
            each.accept(entry);
        }
        wake();
    }
}
