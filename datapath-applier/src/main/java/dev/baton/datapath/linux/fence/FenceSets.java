package dev.baton.datapath.linux.fence;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.nft.NftFamily;
import dev.baton.datapath.linux.nft.NftSocket;
import dev.baton.datapath.linux.nft.SetElements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fence's sets in the kernel. Where more than one table stands, each has sets of its own, because nft's rules see
 * no other table's: so each change is made in all of them, in one transaction. The socket is opened at the first call.
 * Used by one thread at a time.
 */
final class FenceSets implements AutoCloseable {
    private final Optional<String> namespace;
    private List<NftFamily> families;
    private @Nullable NftSocket socket;

    FenceSets(Optional<String> namespace, List<NftFamily> families) {
        this.namespace = namespace;
        this.families = families;
    }

    /** From now on, the tables of these families are meant. */
    void use(List<NftFamily> changed) {
        families = changed;
    }

    void require(List<SetElements> changes) throws DatapathException {
        int error = transaction(changes);
        if (error != 0) {
            var sets = changes.stream().map(SetElements::set).distinct().toList();
            throw new DatapathException(DatapathFault.LEASE, "the fence's sets " + sets + ": error " + error);
        }
    }

    /** @return 0, or the number of the error because of which nothing was changed in any table */
    int transaction(List<SetElements> changes) throws DatapathException {
        var all = new ArrayList<NftSocket.Change>();
        for (SetElements change : changes) {
            having(change.set()).forEach(family -> all.add(new NftSocket.Change(family, change)));
        }
        return all.isEmpty() ? 0 : kernel().transaction(all);
    }

    /** The elements of this set in each of the tables that have it. */
    List<List<SetElements.Element>> elements(String set) throws DatapathException {
        var all = new ArrayList<List<SetElements.Element>>();
        for (NftFamily family : having(set)) {
            all.add(kernel().elements(family, set));
        }
        return all;
    }

    /** Whether this set has such an element in each of the tables that have the set. */
    boolean has(String set, byte[] key) throws DatapathException {
        for (NftFamily family : having(set)) {
            if (!kernel().has(family, set, key)) {
                return false;
            }
        }
        return true;
    }

    private List<NftFamily> having(String set) {
        return families.stream().filter(family -> FenceTables.has(family, set)).toList();
    }

    private NftSocket kernel() throws DatapathException {
        NftSocket open = socket;
        if (open == null) {
            open = NftSocket.open(namespace, FenceTables.NAME);
            socket = open;
        }
        return open;
    }

    @Override
    public void close() {
        NftSocket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }
}
