package dev.baton.datapath.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Hears from the kernel when somebody takes rules out of tables of ours: flushing or deleting a table tells of each of
 * its rules. It is a hint, so that drift is looked for at once and not only in its turn; a node on which it cannot be
 * heard, or on which too much is told at once, is looked after as ever. Used by one thread.
 */
final class NftEvents implements AutoCloseable {
    private static final short AF_NETLINK = 16;
    private static final int ADDRESS_BYTES = 12;
    private static final int NFTABLES_GROUP = 1 << 6;
    private static final int DELETE_RULE = 10 << 8 | 8;
    private static final int DONT_WAIT = 0x40;
    private static final int HEADER = 20;
    private static final int TABLE_NAME = 1;
    private static final int BUFFER = 1 << 16;

    private static final int NONE = -1;

    /** Thousands of policies that are replaced, by us or by others, are told rule by rule: about 600 bytes each. */
    private static final int TOLD_AT_ONCE = 32 << 20;

    private static final MethodHandle BIND = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("bind").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private final Optional<String> namespace;
    private final Set<String> tables;
    private int descriptor = NONE;

    NftEvents(Optional<String> namespace, Set<String> tables) {
        this.namespace = namespace;
        this.tables = tables;
    }

    void open() {
        close();
        descriptor = namespace.isPresent() ? NetworkNamespace.call(namespace.get(), NftEvents::joined) : joined();
    }

    private static int joined() {
        int descriptor = NetlinkSocket.connected();
        NetlinkSocket.receiveUpTo(descriptor, TOLD_AT_ONCE);
        try (Arena arena = Arena.ofConfined()) {
            // Not by an option: the kernel tells nothing to a socket that has no address of its own.
            MemorySegment address = arena.allocate(ADDRESS_BYTES, 4);
            address.set(ValueLayout.JAVA_SHORT, 0, AF_NETLINK);
            address.set(ValueLayout.JAVA_INT, 8, NFTABLES_GROUP);
            int ignored = (int) BIND.invokeExact(descriptor, address, ADDRESS_BYTES);
            return descriptor;
        } catch (Throwable e) {
            throw PacketSocket.asUnchecked(e);
        }
    }

    /**
     * Whether rules of ours were taken out since this was asked last. Everything that was told is read. What did not
     * fit into the buffer may have been of ours: the kernel says that there was such by one failure, before what did
     * fit.
     */
    boolean heard() {
        boolean ours = false;
        if (descriptor == NONE) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(BUFFER);
            boolean failed = false;
            while (true) {
                long length = (long) NetlinkSocket.RECV.invokeExact(descriptor, data, (long) BUFFER, DONT_WAIT);
                if (length <= 0 && failed) {
                    return ours;
                }
                ours |= length > 0
                        && (failed
                                || isOurs(data.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder())));
                failed = length <= 0;
            }
        } catch (Throwable e) {
            throw PacketSocket.asUnchecked(e);
        }
    }

    private boolean isOurs(ByteBuffer told) {
        int at = 0;
        while (at + HEADER <= told.limit()) {
            int end = at + Math.max(HEADER, told.getInt(at));
            boolean gone = Short.toUnsignedInt(told.getShort(at + 4)) == DELETE_RULE;
            if (gone && tables.contains(table(told, at + HEADER, Math.min(end, told.limit())))) {
                return true;
            }
            at = end + 3 & ~3;
        }
        return false;
    }

    /** Empty if the message names none. */
    private static String table(ByteBuffer message, int from, int end) {
        int at = from;
        while (at + 4 <= end) {
            int length = Math.max(4, Short.toUnsignedInt(message.getShort(at)));
            if (message.getShort(at + 2) == TABLE_NAME && at + length <= end && length > 4) {
                byte[] name = new byte[length - 5]; // it ends with a zero
                message.get(at + 4, name);
                return new String(name, StandardCharsets.UTF_8);
            }
            at += length + 3 & ~3;
        }
        return "";
    }

    @Override
    public void close() {
        if (descriptor != NONE) {
            NetlinkSocket.close(descriptor);
            descriptor = NONE;
        }
    }
}
