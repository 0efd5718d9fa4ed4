package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Changes elements of nft sets by talking to the kernel itself, one transaction a call. The nft tool first reads all
 * sets and chains of the node, those of others too: 70 ms beside a thousand, and more on a busy machine, where a lease
 * must be renewed within 40. This takes the same time whatever else is there. Used by one thread.
 */
final class NftSocket implements AutoCloseable {
    /** The answer when an element or set is not there. */
    static final int ENOENT = 2;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_NETFILTER = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int NFTABLES = 10;
    private static final int NFPROTO_NETDEV = 5;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final short REQUEST = 1;
    private static final short ACK = 4;
    private static final short DUMP = 0x300;
    private static final short CREATE = 0x400;
    private static final int HEADER = 20;
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
    private final String table;
    private int sequence;

    private NftSocket(int descriptor, String table) {
        this.descriptor = descriptor;
        this.table = table;
    }

    /** @param table of family netdev */
    static NftSocket open(Optional<String> namespace, String table) throws DatapathException {
        try {
            int descriptor =
                    namespace.isPresent() ? NetworkNamespace.call(namespace.get(), NftSocket::connected) : connected();
            if (descriptor < 0) {
                throw new DatapathException(DatapathFault.LEASE, "the kernel refused a netfilter socket");
            }
            return new NftSocket(descriptor, table);
        } catch (CompletionException e) {
            throw new DatapathException(DatapathFault.LEASE, "a netfilter socket could not be opened: " + e, e);
        }
    }

    /** Makes all changes or none. @return 0, or the number of the error because of which none was made */
    int transaction(List<SetElements> changes) throws DatapathException {
        var batch = new ByteArrayOutputStream();
        int begin = ++sequence;
        batch.writeBytes(message(BATCH_BEGIN, REQUEST, 0, NFTABLES, new byte[0]));
        for (SetElements change : changes) {
            sequence++;
            int type = NFTABLES << 8 | change.verb().number();
            short flags = (short) (REQUEST | ACK | (change.verb() == SetElements.Verb.ADD ? CREATE : 0));
            batch.writeBytes(message(type, flags, NFPROTO_NETDEV, 0, change.attributes(table)));
        }
        int last = sequence++;
        batch.writeBytes(message(BATCH_END, REQUEST, 0, NFTABLES, new byte[0]));
        send(batch.toByteArray());
        int error = 0;
        while (true) {
            ByteBuffer answer = receive();
            while (answer.remaining() >= HEADER) {
                int at = answer.position();
                int length = answer.getInt(at);
                boolean verdict = Short.toUnsignedInt(answer.getShort(at + 4)) == NLMSG_ERROR;
                int of = answer.getInt(at + 8);
                // What a call that was given up left unread is not about this one.
                if (verdict && of - begin >= 0) {
                    int code = -answer.getInt(at + 16);
                    error = error == 0 ? code : error;
                    if (of == last || of == begin) {
                        return error;
                    }
                }
                answer.position(Math.min(answer.limit(), at + Math.max(HEADER, length + 3 & ~3)));
            }
        }
    }

    /** An element of a set, and what is left of its life if it has an end. */
    record Element(byte[] key, Optional<Duration> left) {}

    /** What the set holds now, without what has timed out. */
    List<Element> elements(String set) throws DatapathException {
        int asked = ++sequence;
        var list = new SetElements(SetElements.Verb.LIST, set, List.of(), Optional.empty());
        int type = NFTABLES << 8 | list.verb().number();
        send(message(type, (short) (REQUEST | DUMP), NFPROTO_NETDEV, 0, list.attributes(table)));
        var elements = new ArrayList<Element>();
        while (true) {
            ByteBuffer answer = receive();
            while (answer.remaining() >= HEADER) {
                int at = answer.position();
                int length = answer.getInt(at);
                if (answer.getInt(at + 8) == asked) {
                    switch (Short.toUnsignedInt(answer.getShort(at + 4))) {
                        case NLMSG_DONE -> {
                            return elements;
                        }
                        case NLMSG_ERROR ->
                            throw new DatapathException(
                                    DatapathFault.LEASE,
                                    "set " + set + " cannot be read: error " + -answer.getInt(at + 16));
                        default -> SetElements.read(answer, at + HEADER, at + length, elements);
                    }
                }
                answer.position(Math.min(answer.limit(), at + Math.max(HEADER, length + 3 & ~3)));
            }
        }
    }

    private byte[] message(int type, short flags, int family, int resource, byte[] attributes) {
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

    private void send(byte[] bytes) throws DatapathException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(bytes.length);
            MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long sent = (long) SEND.invokeExact(descriptor, data, (long) bytes.length, 0);
            if (sent != bytes.length) {
                throw new DatapathException(DatapathFault.LEASE, "the kernel took " + sent + " of " + bytes.length);
            }
        } catch (DatapathException e) {
            throw e;
        } catch (Throwable e) {
            throw PacketSocket.asUnchecked(e);
        }
    }

    private ByteBuffer receive() throws DatapathException {
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
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) SOCKET.invokeExact(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER);
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
