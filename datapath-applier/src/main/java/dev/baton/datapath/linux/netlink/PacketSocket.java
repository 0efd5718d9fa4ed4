package dev.baton.datapath.linux.netlink;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Sends raw Ethernet frames, and says what the interfaces of its namespace are like. */
public final class PacketSocket implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCKADDR_LL = 20;

    private static final MethodHandle SENDTO = CLibrary.function(
            "sendto",
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);

    /** {@code ioctl} takes its third argument as {@code printf} does. */
    private static final MethodHandle IOCTL = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("ioctl").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2));

    private static final long INDEX_OF_NAME = 0x8933;
    private static final long MTU_OF_NAME = 0x8921;

    /** {@code struct ifreq}: a name, then what is asked for. */
    private static final int IFREQ = 40;

    private static final int IFREQ_NAME = 16;

    private final int descriptor;

    /** An interface as the kernel knows it now. */
    public record Link(int index, int mtu) {}

    private PacketSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /** @param namespace of {@code ip netns}; empty: this process's own */
    public static PacketSocket open(Optional<String> namespace) throws DatapathException {
        try {
            int descriptor =
                    namespace.isPresent() ? NetworkNamespace.call(namespace.get(), PacketSocket::socket) : socket();
            if (descriptor < 0) {
                throw new DatapathException(
                        DatapathFault.ADDRESS,
                        "the kernel refused a packet socket: NET_RAW is needed to announce EIPs");
            }
            return new PacketSocket(descriptor);
        } catch (CompletionException | UnsatisfiedLinkError e) {
            throw new DatapathException(DatapathFault.ADDRESS, "a packet socket could not be opened: " + e, e);
        }
    }

    /** @return false if the kernel, or the fence in it, did not let the frame out */
    public boolean send(int interfaceIndex, byte[] frame) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(frame.length);
            MemorySegment.copy(frame, 0, data, ValueLayout.JAVA_BYTE, 0, frame.length);
            MemorySegment to = arena.allocate(SOCKADDR_LL, 4);
            to.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
            to.set(ValueLayout.JAVA_BYTE, 2, frame[12]);
            to.set(ValueLayout.JAVA_BYTE, 3, frame[13]);
            to.set(ValueLayout.JAVA_INT, 4, interfaceIndex);
            to.set(ValueLayout.JAVA_BYTE, 11, (byte) 6);
            MemorySegment.copy(frame, 0, to, ValueLayout.JAVA_BYTE, 12, 6);
            long sent = (long) SENDTO.invokeExact(descriptor, data, (long) frame.length, 0, to, SOCKADDR_LL);
            return sent == frame.length;
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    /** The interface of this name; empty if there is none. */
    public Optional<Link> link(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment asked = arena.allocate(IFREQ, 8);
            byte[] text = name.getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(text, 0, asked, ValueLayout.JAVA_BYTE, 0, Math.min(text.length, IFREQ_NAME - 1));
            int found = (int) IOCTL.invokeExact(descriptor, INDEX_OF_NAME, asked);
            int index = asked.get(ValueLayout.JAVA_INT, IFREQ_NAME);
            int measured = (int) IOCTL.invokeExact(descriptor, MTU_OF_NAME, asked);
            int mtu = asked.get(ValueLayout.JAVA_INT, IFREQ_NAME);
            return found < 0 || measured < 0 ? Optional.empty() : Optional.of(new Link(index, mtu));
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    private static int socket() {
        try {
            return (int) CLibrary.SOCKET.invokeExact(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }

    @Override
    public void close() {
        CLibrary.close(descriptor);
    }
}
