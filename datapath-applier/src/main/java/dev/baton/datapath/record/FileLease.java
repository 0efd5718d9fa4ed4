package dev.baton.datapath.record;

import dev.baton.contract.BootId;
import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/**
 * A lease that this process keeps on its own clock, and in a file, so that an agent that restarts finds it. The clock
 * counts from the machine's start; the file names that start, so a lease does not outlive it.
 */
final class FileLease implements KernelLease {
    private final BootId boot = BootId.current();
    private final Path file;
    private final Journal journal;

    /** Where changes are told. */
    interface Journal {
        void write(String change) throws DatapathException;
    }

    FileLease(Path file, Journal journal) {
        this.file = file;
        this.journal = journal;
    }

    @Override
    public synchronized void begin(long untilNanos) throws DatapathException {
        store(untilNanos);
        journal.write("lease begins for="
                + Duration.ofNanos(untilNanos - System.nanoTime()).toMillis() + "ms");
    }

    @Override
    public synchronized Renewal renew(long untilNanos) throws DatapathException {
        if (remaining().isEmpty()) {
            return Renewal.LAPSED;
        }
        if (untilNanos - System.nanoTime() <= 0) {
            return Renewal.TOO_LATE;
        }
        store(untilNanos);
        return Renewal.RENEWED;
    }

    @Override
    public synchronized void revoke() throws DatapathException {
        try {
            if (Files.deleteIfExists(file)) {
                journal.write("lease ends");
            }
        } catch (IOException e) {
            throw new DatapathException(DatapathFault.LEASE, "cannot delete " + file, e);
        }
    }

    @Override
    public synchronized Optional<Duration> remaining() throws DatapathException {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String[] words = Files.readString(file).strip().split(" ");
            if (words.length != 2 || !words[0].equals(boot.value()) || !words[1].matches("-?[0-9]{1,18}")) {
                return Optional.empty();
            }
            var left = Duration.ofNanos(Long.parseLong(words[1]) - System.nanoTime());
            return left.isPositive() ? Optional.of(left) : Optional.empty();
        } catch (IOException e) {
            throw new DatapathException(DatapathFault.LEASE, "cannot read " + file, e);
        }
    }

    /** Written beside and moved, so that nobody reads half a lease. */
    private void store(long untilNanos) throws DatapathException {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, boot.value() + " " + untilNanos + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new DatapathException(DatapathFault.LEASE, "cannot write " + file, e);
        }
    }
}
