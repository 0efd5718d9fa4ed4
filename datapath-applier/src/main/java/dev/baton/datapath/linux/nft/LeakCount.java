package dev.baton.datapath.linux.nft;

import dev.baton.datapath.DatapathException;
import java.util.Optional;

/**
 * The packets that the guard has stopped since this agent began. The kernel's counter goes with the table when that is
 * replaced, and had gone already if somebody else deleted the table; so the count is kept here.
 */
final class LeakCount {
    private final Optional<String> namespace;
    private long before;
    private long total;

    LeakCount(Optional<String> namespace) {
        this.namespace = namespace;
    }

    void beforeReplacement() throws DatapathException {
        before = Math.max(total, before + counter());
    }

    /** @param known whether the table that counts is in the kernel */
    long read(boolean known) throws DatapathException {
        total = known ? before + counter() : before;
        return total;
    }

    private long counter() throws DatapathException {
        return NftCounter.packets(namespace, GuardTable.NAME, GuardTable.LEAKS);
    }
}
