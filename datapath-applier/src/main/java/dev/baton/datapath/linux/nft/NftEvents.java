package dev.baton.datapath.linux.nft;

import dev.baton.datapath.linux.netlink.NetlinkEvents;
import dev.baton.datapath.linux.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;

/**
 * Hears from the kernel when somebody deletes rules of certain tables: flushing or deleting a table announces each of
 * its rules. This is a hint to look for drift at once. A node that cannot hear the kernel, or that is told too much at
 * once, still finds drift by the regular checks. Used by one thread.
 */
public final class NftEvents implements AutoCloseable {
    private static final int NFTABLES_GROUP = 1 << 6;
    private static final int DELETE_RULE = 10 << 8 | 8;
    private static final int TABLE_NAME = 1;

    /** When thousands of policies are replaced, the kernel announces rule by rule: about 600 bytes each. */
    private static final int BUFFER = 32 << 20;

    private final Optional<String> namespace;
    private final Set<String> tables;
    private Optional<NetlinkEvents> kernel = Optional.empty();

    public NftEvents(Optional<String> namespace, Set<String> tables) {
        this.namespace = namespace;
        this.tables = tables;
    }

    public void open() {
        close();
        kernel = Optional.of(NetlinkEvents.of(namespace, NFTABLES_GROUP, BUFFER));
    }

    /**
     * Whether rules of these tables were deleted since the last call. Reads everything that was announced. If some
     * announcements did not fit into the buffer, they may have been of these tables.
     */
    public boolean heard() {
        return kernel.isPresent() && heard(kernel.get());
    }

    private boolean heard(NetlinkEvents events) {
        boolean ours = false;
        boolean failed = false;
        while (true) {
            Optional<ByteBuffer> datagram = events.next();
            if (datagram.isEmpty() && failed) {
                return ours;
            }
            // A failure before an announcement: some did not fit into the buffer.
            ours |= datagram.isPresent() && (failed || isOurs(datagram.get()));
            failed = datagram.isEmpty();
        }
    }

    private boolean isOurs(ByteBuffer datagram) {
        return NetlinkMessage.in(datagram).stream()
                .anyMatch(message -> message.type() == DELETE_RULE && tables.contains(table(message)));
    }

    /** Empty if the message names none. */
    private static String table(NetlinkMessage message) {
        var names = new ArrayList<String>(1);
        message.each(TABLE_NAME, name -> names.add(message.text(name)));
        return names.stream().findFirst().orElse("");
    }

    @Override
    public void close() {
        kernel.ifPresent(NetlinkEvents::close);
        kernel = Optional.empty();
    }
}
