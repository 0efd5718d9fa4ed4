package dev.baton.datapath.linux.netlink;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Sends messages to netfilter in the kernel and reads the answers ({@code linux/netfilter/nfnetlink.h}); messages to
 * the kernel's routing begin in the same way. Used by one thread.
 */
public final class NetlinkSocket implements AutoCloseable {
    public static final short REQUEST = 1;
    public static final short ACK = 4;
    public static final short CREATE = 0x400;

    private static final short DUMP = 0x300;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_NETFILTER = 12;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    static final int BUFFER = 1 << 16;
    private static final int ANSWER_SECONDS = 1;

    private static final MethodHandle SEND = transfer("send");
    private static final MethodHandle RECV = transfer("recv");

    private final int descriptor;
    private final DatapathFault fault;
    private int sequence;

    private NetlinkSocket(int descriptor, DatapathFault fault) {
        this.descriptor = descriptor;
        this.fault = fault;
    }

    /** @param fault what is broken if the kernel does not take a message or answer it */
    public static NetlinkSocket open(Optional<String> namespace, DatapathFault fault) throws DatapathException {
        return open(namespace, fault, NETLINK_NETFILTER);
    }

    /** A socket for links, addresses and routes. */
    public static NetlinkSocket toRouting(Optional<String> namespace, DatapathFault fault) throws DatapathException {
        return open(namespace, fault, NETLINK_ROUTE);
    }

    private static NetlinkSocket open(Optional<String> namespace, DatapathFault fault, int protocol)
            throws DatapathException {
        try {
            int descriptor = namespace.isPresent()
                    ? NetworkNamespace.call(namespace.get(), () -> connected(protocol))
                    : connected(protocol);
            if (descriptor < 0) {
                throw new DatapathException(fault, "the kernel refused a netlink socket");
            }
            return new NetlinkSocket(descriptor, fault);
        } catch (CompletionException e) {
            throw new DatapathException(fault, "a netlink socket could not be opened: " + e, e);
        }
    }

    /**
     * Lets so many bytes wait to be received, whatever the machine's limit is. A process that lacks the right to do so
     * keeps the machine's limit.
     */
    static void receiveUpTo(int descriptor, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            value.set(ValueLayout.JAVA_INT, 0, bytes);
            int ignored = (int) CLibrary.SETSOCKOPT.invokeExact(
                    descriptor, CLibrary.SOL_SOCKET, SO_RCVBUFFORCE, value, Integer.BYTES);
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    /** Draws the number of the next message; answers name it. */
    public int next() {
        return ++sequence;
    }

    /** A message with the number that {@link #next} gave last. */
    public byte[] message(int type, int flags, int family, int resource, byte[] attributes) {
        return ByteBuffer.allocate(NetlinkMessage.HEADER + attributes.length)
                .order(ByteOrder.nativeOrder())
                .putInt(NetlinkMessage.HEADER + attributes.length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(0)
                .put((byte) family)
                .put((byte) 0)
                .put((byte) (resource >>> 8))
                .put((byte) resource)
                .put(attributes)
                .array();
    }

    /** Sends a message that the kernel answers by a verdict alone. @return 0, or the number of the error */
    public int call(int type, int family, byte[] attributes) throws DatapathException {
        int asked = next();
        send(message(type, REQUEST | ACK, family, 0, attributes));
        return await(answer -> answer.sequence() == asked && answer.isVerdict()).error();
    }

    /** Asks for one object. @return the object, or the verdict that there is none */
    public NetlinkMessage get(int type, int family, byte[] attributes) throws DatapathException {
        int asked = next();
        send(message(type, REQUEST, family, 0, attributes));
        return await(answer -> answer.sequence() == asked);
    }

    /**
     * Asks for a list.
     *
     * @param what is listed, for the message of an error
     */
    public void list(String what, int type, int family, byte[] attributes, Consumer<NetlinkMessage> each)
            throws DatapathException {
        int asked = next();
        send(message(type, REQUEST | DUMP, family, 0, attributes));
        NetlinkMessage last = await(answer -> {
            boolean ours = answer.sequence() == asked;
            boolean ends = answer.isEnd() || answer.isVerdict();
            if (ours && !ends) {
                each.accept(answer);
            }
            return ours && ends;
        });
        if (last.isVerdict()) {
            throw new DatapathException(fault, what + " cannot be read: error " + last.error());
        }
    }

    /**
     * Reads the kernel's messages up to the one that {@code isLast} accepts. Messages of other requests may come in
     * between: a call that was given up leaves its answer unread.
     */
    public NetlinkMessage await(Predicate<NetlinkMessage> isLast) throws DatapathException {
        while (true) {
            for (NetlinkMessage answer : NetlinkMessage.in(receive())) {
                if (isLast.test(answer)) {
                    return answer;
                }
            }
        }
    }

    public void send(byte[] bytes) throws DatapathException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(bytes.length);
            MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long sent = (long) SEND.invokeExact(descriptor, data, (long) bytes.length, 0);
            if (sent != bytes.length) {
                throw new DatapathException(fault, "the kernel took " + sent + " of " + bytes.length + " bytes");
            }
        } catch (DatapathException e) {
            throw e;
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    private ByteBuffer receive() throws DatapathException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER);
            long length = received(descriptor, buffer, 0);
            if (length <= 0) {
                throw new DatapathException(
                        DatapathFault.TOOL_DEADLINE, "the kernel did not answer within " + ANSWER_SECONDS + " s");
            }
            return ByteBuffer.wrap(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE))
                    .order(ByteOrder.nativeOrder());
        }
    }

    /** Receives a datagram. @return its length, or a negative number */
    static long received(int descriptor, MemorySegment buffer, int flags) {
        try {
            return (long) RECV.invokeExact(descriptor, buffer, buffer.byteSize(), flags);
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    /** A socket to netfilter, or a negative number. */
    static int connected() {
        return connected(NETLINK_NETFILTER);
    }

    private static int connected(int protocol) {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) CLibrary.SOCKET.invokeExact(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
            MemorySegment limit = arena.allocate(16, 8);
            limit.set(ValueLayout.JAVA_LONG, 0, ANSWER_SECONDS);
            int set = (int) CLibrary.SETSOCKOPT.invokeExact(descriptor, CLibrary.SOL_SOCKET, SO_RCVTIMEO, limit, 16);
            return set < 0 ? -1 : descriptor;
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    private static MethodHandle transfer(String name) {
        return CLibrary.function(
                name,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT);
    }

    @Override
    public void close() {
        CLibrary.close(descriptor);
    }
}
