package dev.baton.datapath.linux;

import dev.baton.contract.IpAddress;
import dev.baton.datapath.DatapathException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Announces addresses at once and twice more, since such a frame is not acknowledged and may be lost. */
final class Announcer {
    private static final List<Duration> AGAIN = List.of(Duration.ofMillis(100), Duration.ofSeconds(1));

    /** Ten thousand moves within a second; beyond that the oldest repetitions are given up. */
    private static final int LIMIT = 20_000;

    private record Due(long nanos, IpAddress address) {}

    private final Deque<Due> queue = new ArrayDeque<>();

    void announce(Collection<IpAddress> addresses, PacketSocket socket, Parent parent) throws DatapathException {
        long now = System.nanoTime();
        for (IpAddress address : addresses) {
            send(address, socket, parent);
            AGAIN.forEach(later -> queue.add(new Due(now + later.toNanos(), address)));
        }
        while (queue.size() > LIMIT) {
            queue.removeFirst();
        }
    }

    /** Repeats what is due, of addresses still held. The fence decides whether it leaves. */
    void repeat(Set<IpAddress> held, PacketSocket socket, Parent parent) throws DatapathException {
        long now = System.nanoTime();
        for (int i = queue.size(); i > 0; i--) {
            Due due = queue.removeFirst();
            if (now - due.nanos < 0) {
                queue.addLast(due);
            } else if (held.contains(due.address)) {
                send(due.address, socket, parent);
            }
        }
    }

    private static void send(IpAddress address, PacketSocket socket, Parent parent) throws DatapathException {
        for (byte[] frame : Announcement.frames(address, parent.mac())) {
            socket.send(parent.index(), frame);
        }
    }
}
