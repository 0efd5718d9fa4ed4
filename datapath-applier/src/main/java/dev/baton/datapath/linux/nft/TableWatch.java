package dev.baton.datapath.linux.nft;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a table is looked at, and on which thread. A small table is looked at during the call. A large one is
 * looked at on another thread, and a later call gives the answer: the work thread must not hang, or the lease's renewal
 * is withheld.
 */
final class TableWatch {
    private static final Logger log = LoggerFactory.getLogger(TableWatch.class);

    private static final int SHARE = 20;
    /** A single failed look tells nothing about the table; so many in a row are reported as a fault. */
    private static final int FAILED_LOOKS = 3;

    private final TableReader reader;
    private long lastLook = System.nanoTime();
    private long lastTook;
    private Optional<Look> running = Optional.empty();
    private boolean lastWasShallow;
    private int failedLooks;

    TableWatch(TableReader reader) {
        this.reader = reader;
    }

    /**
     * The result of a look.
     *
     * @param same whether the table is as it was programmed
     * @param structure as it was read
     */
    record Seen(boolean same, String structure) {}

    /** @return empty if no look was due, or one is still running */
    Optional<Seen> look(NftTable table, String structure, boolean deep, boolean atOnce) throws DatapathException {
        // After the announcement of a change, a look that began before it is of no use.
        if (running.isPresent() && !atOnce) {
            return running.get().result.isDone() ? finished(running.get(), table) : Optional.empty();
        }
        boolean large = TableReader.isLarge(table);
        if (large && !atOnce && isTooSoon()) {
            return Optional.empty();
        }
        lastLook = System.nanoTime();
        if (large && !atOnce) {
            boolean deepNow = lastWasShallow || structure.equals(TableReader.UNREAD);
            lastWasShallow = !deepNow;
            running = Optional.of(Look.begin(table, () -> lookBesideTheWork(table, structure, deepNow)));
            return Optional.empty();
        }
        boolean same = deep || structure.equals(TableReader.UNREAD)
                ? reader.holds(table)
                : TableReader.isSame(reader.structure(table), structure);
        lastTook = System.nanoTime() - lastLook;
        return Optional.of(new Seen(same, structure));
    }

    /** Reading a large table takes long: at most a twentieth of the time goes into it. */
    private boolean isTooSoon() {
        return System.nanoTime() - lastLook < SHARE * lastTook;
    }

    private Seen lookBesideTheWork(NftTable table, String expected, boolean deep) throws DatapathException {
        String live = reader.structureByOtherTool(table);
        boolean same = deep ? reader.holdsBesideTheWork(table) : TableReader.isSame(live, expected);
        return new Seen(same && !live.isEmpty(), live);
    }

    private Optional<Seen> finished(Look look, NftTable current) throws DatapathException {
        running = Optional.empty();
        try {
            Timed timed = look.result.join();
            failedLooks = 0;
            lastTook = timed.tookNanos;
            // A look at a table that we have changed meanwhile tells nothing.
            return look.table == current ? Optional.of(timed.seen) : Optional.empty();
        } catch (CompletionException e) {
            failedLooks++;
            if (failedLooks < FAILED_LOOKS) {
                log.warn("event=look_failed table={} reason=\"{}\"", look.table.name(), e.getCause());
                return Optional.empty();
            }
            throw new DatapathException(
                    DatapathFault.FIREWALL, "looking at " + look.table.name() + ": " + e.getCause(), e);
        }
    }

    private record Timed(Seen seen, long tookNanos) {}

    /** A look on another thread. */
    private record Look(NftTable table, CompletableFuture<Timed> result) {
        interface Question {
            Seen ask() throws DatapathException;
        }

        static Look begin(NftTable table, Question question) {
            var result = new CompletableFuture<Timed>();
            Thread.ofPlatform().daemon().name("nft-look").start(() -> {
                long begin = System.nanoTime();
                try {
                    result.complete(new Timed(question.ask(), System.nanoTime() - begin));
                } catch (DatapathException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
            return new Look(table, result);
        }
    }
}
