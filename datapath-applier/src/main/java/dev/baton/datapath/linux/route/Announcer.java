package dev.baton.datapath.linux.route;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.PacketSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Announces addresses at once and twice more, because such a frame is not acknowledged and may be lost. It goes by a
 * packet socket, which not every form of the fence sees: so the fence is asked before.
 */
public final class Announcer implements AutoCloseable {
    private static final List<Duration> AGAIN = List.of(Duration.ofMillis(100), Duration.ofSeconds(1));

    /** Enough for ten thousand moves within a second; beyond that the oldest repetitions are dropped. */
    private static final int LIMIT = 20_000;

    /** Whether a frame with this source may leave now. */
    public interface Fence {
        boolean lets(IpAddress address) throws DatapathException;
    }

    /** How often an announcement is tried again that the fence stopped because there was no lease. */
    private static final int TRIES = 40;

    private record Due(long nanos, IpAddress address, int tries) {}

    private final Fence fence;
    private final Deque<Due> queue = new ArrayDeque<>();
    private Optional<PacketSocket> socket = Optional.empty();

    public Announcer(Fence fence) {
        this.fence = fence;
    }

    public void open(Optional<String> namespace) throws DatapathException {
        close();
        socket = Optional.of(PacketSocket.open(namespace));
    }

    public void announce(Collection<IpAddress> addresses, Parent parent) throws DatapathException {
        PacketSocket open = opened();
        long now = System.nanoTime();
        for (IpAddress address : addresses) {
            send(new Due(now, address, 0), open, parent);
            AGAIN.forEach(later -> queue.add(new Due(now + later.toNanos(), address, 0)));
        }
        while (queue.size() > LIMIT) {
            queue.removeFirst();
        }
    }

    /** Repeats the announcements that are due, of addresses still held. The fence decides whether they leave. */
    public void repeat(Set<IpAddress> held, Parent parent) throws DatapathException {
        PacketSocket open = opened();
        long now = System.nanoTime();
        for (int i = queue.size(); i > 0; i--) {
            Due due = queue.removeFirst();
            if (now - due.nanos < 0) {
                queue.addLast(due);
            } else if (held.contains(due.address)) {
                send(due, open, parent);
            }
        }
    }

    private void send(Due due, PacketSocket open, Parent parent) throws DatapathException {
        boolean left = true;
        Attached carrier = parent.carrier(due.address);
        for (byte[] frame : Announcement.frames(due.address, carrier.mac())) {
            // Asked for each: a process that was stopped in between sends one stale frame at most.
            left &= fence.lets(due.address) && open.send(carrier.index(), frame);
        }
        if (!left && due.tries < TRIES) {
            queue.addLast(new Due(System.nanoTime() + AGAIN.getFirst().toNanos(), due.address, due.tries + 1));
        }
    }

    private PacketSocket opened() throws DatapathException {
        return socket.orElseThrow(() -> new DatapathException(DatapathFault.ADDRESS, "the datapath is not open"));
    }

    @Override
    public void close() {
        socket.ifPresent(PacketSocket::close);
        socket = Optional.empty();
    }
}
