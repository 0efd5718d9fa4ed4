package dev.baton.datapath.linux.netlink;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Receives the frames of one kind that come in on one interface. Used by one thread. */
public final class PacketReceiver implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 0x80000 | 0x800;
    private static final int SOCKADDR_LL = 20;
    private static final int SO_ATTACH_FILTER = 26;
    private static final short POLLIN = 1;
    private static final int POLLFD = 8;

    /** Longer than any frame that a filter lets through. */
    private static final int FRAME = 256;

    /** What waits to be read; the answers to some thousand questions must have room. */
    private static final int BUFFER = 1 << 22;

    /** Of the UDP packets by which nodes probe the paths through the tunnel; only there it means something. */
    public static final int PROBE_PORT = 7790;

    /** {@code PACKET_MULTICAST}. What has a higher number came from here, or is for another machine or VLAN. */
    private static final int LAST_FOR_US = 2;

    private static final MethodHandle RECVFROM = CLibrary.function(
            "recvfrom",
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);
    private static final MethodHandle POLL = CLibrary.function(
            "poll", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

    /** What is told from all other frames by the kernel, before it copies anything. */
    public enum Kind {
        /** Whom an address belongs to is said in these, and in neighbour discovery. */
        ARP(0x0806, List.of(new Instruction(RETURN, 0, 0, FRAME))),

        /** ICMPv6 neighbour solicitations and advertisements with a hop limit of 255. */
        NEIGHBOUR_DISCOVERY(
                0x86dd,
                List.of(
                        new Instruction(LOAD_BYTE, 0, 0, 20),
                        new Instruction(IF_EQUAL, 0, 6, 58),
                        new Instruction(LOAD_BYTE, 0, 0, 21),
                        new Instruction(IF_EQUAL, 0, 4, 255),
                        new Instruction(LOAD_BYTE, 0, 0, 54),
                        new Instruction(IF_EQUAL, 1, 0, 135),
                        new Instruction(IF_EQUAL, 0, 1, 136),
                        new Instruction(RETURN, 0, 0, FRAME),
                        new Instruction(RETURN, 0, 0, 0))),

        /** UDP to {@link #PROBE_PORT}, in an IPv4 packet without options. */
        IPV4_PATH_PROBE(
                0x0800,
                List.of(
                        new Instruction(LOAD_BYTE, 0, 0, 23),
                        new Instruction(IF_EQUAL, 0, 5, 17),
                        new Instruction(LOAD_BYTE, 0, 0, 14),
                        new Instruction(IF_EQUAL, 0, 3, 0x45),
                        new Instruction(LOAD_HALF, 0, 0, 36),
                        new Instruction(IF_EQUAL, 0, 1, PROBE_PORT),
                        new Instruction(RETURN, 0, 0, FRAME),
                        new Instruction(RETURN, 0, 0, 0))),

        /** The same in IPv6. */
        IPV6_PATH_PROBE(
                0x86dd,
                List.of(
                        new Instruction(LOAD_BYTE, 0, 0, 20),
                        new Instruction(IF_EQUAL, 0, 3, 17),
                        new Instruction(LOAD_HALF, 0, 0, 56),
                        new Instruction(IF_EQUAL, 0, 1, PROBE_PORT),
                        new Instruction(RETURN, 0, 0, FRAME),
                        new Instruction(RETURN, 0, 0, 0)));

        private final int protocol;
        private final List<Instruction> filter;

        Kind(int protocol, List<Instruction> filter) {
            this.protocol = protocol;
            this.filter = filter;
        }
    }

    private static final int LOAD_BYTE = 0x30;
    private static final int LOAD_HALF = 0x28;
    private static final int IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    /** Of classic BPF ({@code linux/filter.h}): both jumps count from the next one. */
    private record Instruction(int code, int jumpIfTrue, int jumpIfFalse, int value) {}

    private final int descriptor;
    private final MemorySegment buffer = Arena.ofAuto().allocate(FRAME);
    private final MemorySegment sender = Arena.ofAuto().allocate(SOCKADDR_LL, 4);
    private final MemorySegment senderLength = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);

    private PacketReceiver(int descriptor) {
        this.descriptor = descriptor;
    }

    /** @param namespace of {@code ip netns}; empty: this process's own */
    public static PacketReceiver open(Optional<String> namespace, int interfaceIndex, Kind kind)
            throws DatapathException {
        try {
            int descriptor = namespace.isPresent()
                    ? NetworkNamespace.call(namespace.get(), () -> bound(interfaceIndex, kind))
                    : bound(interfaceIndex, kind);
            if (descriptor < 0) {
                throw new DatapathException(
                        DatapathFault.ADDRESS,
                        "the kernel refused a packet socket on interface " + interfaceIndex
                                + ": NET_RAW is needed to hear who has an EIP");
            }
            return new PacketReceiver(descriptor);
        } catch (CompletionException | UnsatisfiedLinkError e) {
            throw new DatapathException(DatapathFault.ADDRESS, "a packet socket could not be opened: " + e, e);
        }
    }

    /** A socket that receives nothing before its filter stands, or a negative number. */
    private static int bound(int interfaceIndex, Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) CLibrary.SOCKET.invokeExact(AF_PACKET, SOCK_RAW_CLOEXEC_NONBLOCK, 0);
            if (descriptor < 0) {
                return descriptor;
            }
            NetlinkSocket.receiveUpTo(descriptor, BUFFER);
            MemorySegment program = program(kind.filter, arena);
            int filtered = (int) CLibrary.SETSOCKOPT.invokeExact(
                    descriptor, CLibrary.SOL_SOCKET, SO_ATTACH_FILTER, program, (int) program.byteSize());
            MemorySegment address = arena.allocate(SOCKADDR_LL, 4);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
            address.set(ValueLayout.JAVA_BYTE, 2, (byte) (kind.protocol >>> 8));
            address.set(ValueLayout.JAVA_BYTE, 3, (byte) kind.protocol);
            address.set(ValueLayout.JAVA_INT, 4, interfaceIndex);
            int bound = (int) CLibrary.BIND.invokeExact(descriptor, address, SOCKADDR_LL);
            if (filtered < 0 || bound < 0) {
                CLibrary.close(descriptor);
                return -1;
            }
            return descriptor;
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    private static MemorySegment program(List<Instruction> filter, Arena arena) {
        MemorySegment code = arena.allocate(8L * filter.size(), 4);
        for (int i = 0; i < filter.size(); i++) {
            Instruction instruction = filter.get(i);
            code.set(ValueLayout.JAVA_SHORT, 8L * i, (short) instruction.code);
            code.set(ValueLayout.JAVA_BYTE, 8L * i + 2, (byte) instruction.jumpIfTrue);
            code.set(ValueLayout.JAVA_BYTE, 8L * i + 3, (byte) instruction.jumpIfFalse);
            code.set(ValueLayout.JAVA_INT, 8L * i + 4, instruction.value);
        }
        MemorySegment program = arena.allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) filter.size());
        program.set(ValueLayout.ADDRESS, 8, code);
        return program;
    }

    /** The next frame that another machine sent, without waiting; empty if there is none. */
    public Optional<byte[]> next() {
        try {
            while (true) {
                senderLength.set(ValueLayout.JAVA_INT, 0, SOCKADDR_LL);
                long length = (long) RECVFROM.invokeExact(descriptor, buffer, (long) FRAME, 0, sender, senderLength);
                if (length < 0) {
                    return Optional.empty();
                }
                if (sender.get(ValueLayout.JAVA_BYTE, 10) <= LAST_FOR_US) {
                    return Optional.of(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
                }
            }
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    /** Waits until one of them has a frame, or something to complain of, and no longer than {@code limit}. */
    public static void await(List<PacketReceiver> receivers, Duration limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment asked = arena.allocate((long) POLLFD * receivers.size(), 4);
            for (int i = 0; i < receivers.size(); i++) {
                asked.set(ValueLayout.JAVA_INT, (long) POLLFD * i, receivers.get(i).descriptor);
                asked.set(ValueLayout.JAVA_SHORT, (long) POLLFD * i + 4, POLLIN);
            }
            int milliseconds = (int) limit.plusNanos(999_999).toMillis();
            int ignored = (int) POLL.invokeExact(asked, (long) receivers.size(), milliseconds);
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    @Override
    public void close() {
        CLibrary.close(descriptor);
    }
}
