package dev.baton.datapath.linux.fence;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.nft.NftSocket;
import dev.baton.datapath.linux.nft.SetElements;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fence's sets in the kernel. The socket is opened at the first call. Used by one thread at a time. */
final class FenceSets implements AutoCloseable {
    /** The fence's table. */
    static final String TABLE = "baton-fence";

    private final Optional<String> namespace;
    private @Nullable NftSocket socket;

    FenceSets(Optional<String> namespace) {
        this.namespace = namespace;
    }

    void require(List<SetElements> changes) throws DatapathException {
        int error = transaction(changes);
        if (error != 0) {
            var sets = changes.stream().map(SetElements::set).distinct().toList();
            throw new DatapathException(DatapathFault.LEASE, "the fence's sets " + sets + ": error " + error);
        }
    }

    /** @return 0, or the number of the error because of which nothing was changed */
    int transaction(List<SetElements> changes) throws DatapathException {
        return kernel().transaction(changes);
    }

    List<SetElements.Element> elements(String set) throws DatapathException {
        return kernel().elements(set);
    }

    private NftSocket kernel() throws DatapathException {
        NftSocket open = socket;
        if (open == null) {
            open = NftSocket.open(namespace, TABLE);
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
