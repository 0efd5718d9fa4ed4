package dev.baton.datapath.linux;

import dev.baton.contract.IpAddress;
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

    /** How long an announcement that the fence stopped, for want of a lease, is tried again. */
    private static final int TRIES = 40;

    private record Due(long nanos, IpAddress address, int tries) {}

    private final Deque<Due> queue = new ArrayDeque<>();

    void announce(Collection<IpAddress> addresses, PacketSocket socket, Parent parent) {
        long now = System.nanoTime();
        for (IpAddress address : addresses) {
            send(new Due(now, address, 0), socket, parent);
            AGAIN.forEach(later -> queue.add(new Due(now + later.toNanos(), address, 0)));
        }
        while (queue.size() > LIMIT) {
            queue.removeFirst();
        }
    }

    /** Repeats what is due, of addresses still held. The fence decides whether it leaves. */
    void repeat(Set<IpAddress> held, PacketSocket socket, Parent parent) {
        long now = System.nanoTime();
        for (int i = queue.size(); i > 0; i--) {
            Due due = queue.removeFirst();
            if (now - due.nanos < 0) {
                queue.addLast(due);
            } else if (held.contains(due.address)) {
                send(due, socket, parent);
            }
        }
    }

    private void send(Due due, PacketSocket socket, Parent parent) {
        boolean left = true;
        for (byte[] frame : Announcement.frames(due.address, parent.mac())) {
            left &= socket.send(parent.index(), frame);
        }
        if (!left && due.tries < TRIES) {
            queue.addLast(new Due(System.nanoTime() + AGAIN.getFirst().toNanos(), due.address, due.tries + 1));
        }
    }
}
