package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Messages to netfilter in the kernel, and its answers ({@code linux/netfilter/nfnetlink.h}). Calling it costs
 * microseconds where starting a tool costs milliseconds. Those to the kernel's routing begin alike. Used by one thread.
 */
final class NetlinkSocket implements AutoCloseable {
    /** Of a message: the kernel's header and netfilter's own. */
    static final int HEADER = 20;

    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    static final short REQUEST = 1;
    static final short ACK = 4;
    static final short DUMP = 0x300;
    static final short CREATE = 0x400;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_NETFILTER = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int BUFFER = 1 << 16;
    private static final int ANSWER_SECONDS = 1;

    private static final MethodHandle SOCKET = NetworkNamespace.intCall("socket", 3);
    private static final MethodHandle CLOSE = NetworkNamespace.intCall("close", 1);
    private static final MethodHandle SEND = transfer("send");
    static final MethodHandle RECV = transfer("recv");
    private static final MethodHandle SETSOCKOPT = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("setsockopt").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT));

    private final int descriptor;
    private final DatapathFault fault;
    private int sequence;

    private NetlinkSocket(int descriptor, DatapathFault fault) {
        this.descriptor = descriptor;
        this.fault = fault;
    }

    /** @param fault what is broken when the kernel does not take a message or answer it */
    static NetlinkSocket open(Optional<String> namespace, DatapathFault fault) throws DatapathException {
        return open(namespace, fault, NETLINK_NETFILTER);
    }

    /** To what knows of links, addresses and routes. */
    static NetlinkSocket toRouting(Optional<String> namespace, DatapathFault fault) throws DatapathException {
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
     * Lets so many bytes wait to be received, whatever the machine's limit is; without the right to, the limit stays.
     */
    static void receiveUpTo(int descriptor, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            value.set(ValueLayout.JAVA_INT, 0, bytes);
            int ignored = (int) SETSOCKOPT.invokeExact(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, value, Integer.BYTES);
        } catch (Throwable e) {
            throw PacketSocket.asUnchecked(e);
        }
    }

    /** The number of the next message; answers name it. */
    int next() {
        return ++sequence;
    }

    /** A message with the number that {@link #next} gave last. */
    byte[] message(int type, short flags, int family, int resource, byte[] attributes) {
        return ByteBuffer.allocate(HEADER + attributes.length)
                .order(ByteOrder.nativeOrder())
                .putInt(HEADER + attributes.length)
                .putShort((short) type)
                .putShort(flags)
                .putInt(sequence)
                .putInt(0)
                .put((byte) family)
                .put((byte) 0)
                .put((byte) (resource >>> 8))
                .put((byte) resource)
                .put(attributes)
                .array();
    }

    /** A message that is answered by a verdict alone. @return 0, or the number of the error */
    int call(int type, int family, byte[] attributes) throws DatapathException {
        int asked = next();
        send(message(type, (short) (REQUEST | ACK), family, 0, attributes));
        while (true) {
            ByteBuffer answer = receive();
            while (answer.remaining() >= HEADER) {
                int at = answer.position();
                if (answer.getInt(at + 8) == asked && Short.toUnsignedInt(answer.getShort(at + 4)) == NLMSG_ERROR) {
                    return -answer.getInt(at + 16);
                }
                skip(answer);
            }
        }
    }

    /** On to the message after this one. */
    static void skip(ByteBuffer answer) {
        int at = answer.position();
        answer.position(Math.min(answer.limit(), at + Math.max(HEADER, answer.getInt(at) + 3 & ~3)));
    }

    void send(byte[] bytes) throws DatapathException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(bytes.length);
            MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long sent = (long) SEND.invokeExact(descriptor, data, (long) bytes.length, 0);
            if (sent != bytes.length) {
                throw new DatapathException(fault, "the kernel took " + sent + " of " + bytes.length);
            }
        } catch (DatapathException e) {
            throw e;
        } catch (Throwable e) {
            throw PacketSocket.asUnchecked(e);
        }
    }

    /** The next datagram of the kernel: one or more messages. */
    ByteBuffer receive() throws DatapathException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(BUFFER);
            long length = (long) RECV.invokeExact(descriptor, data, (long) BUFFER, 0);
            if (length <= 0) {
                throw new DatapathException(
                        DatapathFault.TOOL_DEADLINE, "the kernel did not answer within " + ANSWER_SECONDS + " s");
            }
            byte[] bytes = new byte[(int) length];
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        } catch (DatapathException e) {
            throw e;
        } catch (Throwable e) {
            throw PacketSocket.asUnchecked(e);
        }
    }

    static int connected() {
        return connected(NETLINK_NETFILTER);
    }

    private static int connected(int protocol) {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) SOCKET.invokeExact(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
            MemorySegment limit = arena.allocate(16, 8);
            limit.set(ValueLayout.JAVA_LONG, 0, ANSWER_SECONDS);
            int set = (int) SETSOCKOPT.invokeExact(descriptor, SOL_SOCKET, SO_RCVTIMEO, limit, 16);
            return set < 0 ? -1 : descriptor;
        } catch (Throwable e) {
            throw PacketSocket.asUnchecked(e);
        }
    }

    private static MethodHandle transfer(String name) {
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().find(name).orElseThrow(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
    }

    @Override
    public void close() {
        close(descriptor);
    }

    static void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw PacketSocket.asUnchecked(e);
        }
    }
}
