package dev.baton.datapath.linux.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** A socket to netfilter that receives what the kernel announces to a group of listeners. Used by one thread. */
public final class NetlinkEvents implements AutoCloseable {
    private static final short AF_NETLINK = 16;
    private static final int ADDRESS_BYTES = 12;
    private static final int DONT_WAIT = 0x40;

    private final int descriptor;
    private final MemorySegment buffer = Arena.ofAuto().allocate(NetlinkSocket.BUFFER);

    private NetlinkEvents(int descriptor) {
        this.descriptor = descriptor;
    }

    /** @param buffer bytes that may wait to be read */
    public static NetlinkEvents of(Optional<String> namespace, int group, int buffer) {
        return new NetlinkEvents(
                namespace.isPresent()
                        ? NetworkNamespace.call(namespace.get(), () -> joined(group, buffer))
                        : joined(group, buffer));
    }

    private static int joined(int group, int buffer) {
        int descriptor = NetlinkSocket.connected();
        NetlinkSocket.receiveUpTo(descriptor, buffer);
        try (Arena arena = Arena.ofConfined()) {
            // Not by a socket option: the kernel announces nothing to a socket that has no address of its own.
            MemorySegment address = arena.allocate(ADDRESS_BYTES, 4);
            address.set(ValueLayout.JAVA_SHORT, 0, AF_NETLINK);
            address.set(ValueLayout.JAVA_INT, 8, group);
            int ignored = (int) CLibrary.BIND.invokeExact(descriptor, address, ADDRESS_BYTES);
            return descriptor;
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    /**
     * The next announcement, without waiting; it is valid until the next call. Empty if there is none. If some did not
     * fit into the buffer, the kernel says so by one empty answer before those that did fit.
     */
    public Optional<ByteBuffer> next() {
        long length = NetlinkSocket.received(descriptor, buffer, DONT_WAIT);
        return length <= 0
                ? Optional.empty()
                : Optional.of(buffer.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder()));
    }

    @Override
    public void close() {
        CLibrary.close(descriptor);
    }
}
