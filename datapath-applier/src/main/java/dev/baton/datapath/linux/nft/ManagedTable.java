package dev.baton.datapath.linux.nft;

import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An nft table of Baton's in the kernel: what was programmed last, the transaction that leads from there to what is
 * wanted now, and whether the kernel still holds it. Used by one thread.
 */
public final class ManagedTable {
    private final TableReader reader;
    private final TableWatch watch;
    /** Null as long as we do not know what the kernel holds. */
    private @Nullable NftTable programmed;

    private String structure = TableReader.UNREAD;

    /** @param terse a running nft that lists structure only */
    public ManagedTable(RunTool tools, ResidentTool terse) {
        reader = new TableReader(tools, terse);
        watch = new TableWatch(reader);
    }

    /**
     * The transaction that makes the table as wanted; its text is empty if the table is so already.
     *
     * @param structure as it was read before the table was found to be as wanted
     * @param replaces whether the whole table is replaced, with its counters
     */
    record Change(NftTable wanted, String text, String structure, boolean replaces) {}

    /** For the caller to carry out, perhaps with others in one transaction, and then to report by {@link #made}. */
    Change change(NftTable wanted) throws DatapathException {
        NftTable current = programmed;
        if (current != null) {
            return new Change(wanted, wanted.from(current), TableReader.UNREAD, false);
        }
        // Reading a large table takes long: the next look, on another thread, does it.
        String before = TableReader.isLarge(wanted) ? TableReader.UNREAD : reader.structure(wanted);
        if (reader.holds(wanted)) {
            return new Change(wanted, "", before, false);
        }
        return new Change(wanted, wanted.replacement(), TableReader.UNREAD, true);
    }

    /** @param more whether more batches follow */
    void made(Change change, boolean more) throws DatapathException {
        if (change.replaces && !more && !TableReader.isLarge(change.wanted)) {
            // Whoever deleted the former table may have deleted this one too by now. The table stays unknown, so that
            // the next call compares it with what is wanted and not with whatever is there.
            return;
        }
        if (programmed == null || !change.text.isEmpty()) {
            programmed = change.wanted;
            boolean later = more || TableReader.isLarge(change.wanted);
            structure = change.text.isEmpty()
                    ? change.structure
                    : later ? TableReader.UNREAD : reader.structure(change.wanted);
        }
    }

    /** Our copy may be wrong after a failed change: the next change replaces the whole table. */
    void forget() {
        programmed = null;
    }

    /** Whether we have programmed the table and have seen no drift since. */
    boolean isKnown() {
        return programmed != null;
    }

    /** Whether the table's chains, rules and sets' names are as wanted. The sets' contents are not looked at. */
    public boolean hasStructureOf(NftTable wanted) throws DatapathException {
        return !reader.structure(wanted).isEmpty() && reader.holdsStructureOf(wanted);
    }

    /** The table's structure is as wanted, or was just made so. */
    public void madeStructure(NftTable wanted) throws DatapathException {
        programmed = wanted;
        structure = reader.structure(wanted);
    }

    /**
     * Whether the table is no longer what our last change made it. A large one is looked at on another thread, and a
     * later call gives the answer.
     *
     * @param deep compare the sets' contents too, else chains, rules and the sets' names only; of a large table every
     *     second look is deep
     * @param atOnce the kernel has announced a change: look now
     */
    public boolean hasDrifted(boolean deep, boolean atOnce) throws DatapathException {
        NftTable current = programmed;
        if (current == null) {
            return false;
        }
        Optional<TableWatch.Seen> seen = watch.look(current, structure, deep, atOnce);
        if (seen.isEmpty()) {
            return false;
        }
        structure = seen.get().structure();
        if (!seen.get().same()) {
            programmed = null;
        }
        return !seen.get().same();
    }

    /** The commands that delete a table, and the models of it that a killed agent may have left. */
    public static String deletion(String family, String name) {
        return TableReader.deletionOfModels(family, name)
                + new NftTable(family, name, new TreeMap<>(), new TreeMap<>()).deletion();
    }

    boolean isLarge() {
        NftTable current = programmed;
        return current != null && TableReader.isLarge(current);
    }
}
