package dev.baton.datapath.linux.claim;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.PacketReceiver;
import dev.baton.datapath.linux.netlink.PacketSocket;
import dev.baton.datapath.linux.route.Announcement;
import dev.baton.datapath.linux.route.Announcer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Sends probes and defences, and hears claims, on any number of interfaces. Used by one thread. */
final class AddressWatch implements AutoCloseable {
    /** So often the answers that came meanwhile are read, or they would not all have room. */
    private static final int READ_EVERY = 500;

    /** More frames, or claims, than these at a time are somebody's mischief, and must not keep this thread. */
    private static final int LIMIT = 10_000;

    private final Map<Integer, List<PacketReceiver>> receivers = new HashMap<>();
    private Optional<String> namespace = Optional.empty();
    private Optional<PacketSocket> sender = Optional.empty();

    /** @param where of {@code ip netns}; empty: this process's own */
    void open(Optional<String> where) throws DatapathException {
        close();
        namespace = where;
        sender = Optional.of(PacketSocket.open(where));
    }

    /** Listens on these interfaces too. */
    void listenOn(Collection<Port> ports) throws DatapathException {
        for (Port port : ports) {
            if (!receivers.containsKey(port.index())) {
                PacketReceiver arp = PacketReceiver.open(namespace, port.index(), PacketReceiver.Kind.ARP);
                try {
                    receivers.put(
                            port.index(),
                            List.of(
                                    arp,
                                    PacketReceiver.open(
                                            namespace, port.index(), PacketReceiver.Kind.NEIGHBOUR_DISCOVERY)));
                } catch (DatapathException e) {
                    arp.close();
                    throw e;
                }
            }
        }
    }

    /** Listens on no others than these. */
    void listenOnlyOn(Collection<Port> ports) throws DatapathException {
        var others = new HashMap<>(receivers);
        ports.forEach(port -> others.remove(port.index()));
        others.values().forEach(ofOne -> ofOne.forEach(PacketReceiver::close));
        receivers.keySet().removeAll(others.keySet());
        listenOn(ports);
    }

    /**
     * Asks whether anyone has these addresses.
     *
     * @param untilNanos those whose turn comes later are not asked
     * @param heard gets the claims to addresses in {@code wanted}
     */
    void ask(SortedMap<IpAddress, Port> asked, long untilNanos, Set<IpAddress> wanted, LinkedHashSet<Claim> heard)
            throws DatapathException {
        PacketSocket open = opened();
        int sent = 0;
        for (var one : asked.entrySet()) {
            Port port = one.getValue();
            open.send(port.index(), Probe.frame(one.getKey(), port.mac()));
            if (++sent % READ_EVERY == 0) {
                hear(wanted, heard);
            }
            if (System.nanoTime() - untilNanos > 0) {
                return;
            }
        }
    }

    /** Tells the segment once more who has the address, if the fence lets that leave. */
    void defend(IpAddress address, Port port, Announcer.Fence fence) throws DatapathException {
        for (byte[] frame : Announcement.frames(address, port.mac())) {
            if (fence.lets(address)) {
                opened().send(port.index(), frame);
            }
        }
    }

    /** Reads what has come in, without waiting. */
    void hear(Set<IpAddress> wanted, LinkedHashSet<Claim> heard) {
        receivers.values().stream().flatMap(List::stream).forEach(receiver -> {
            int left = LIMIT;
            for (var frame = receiver.next(); frame.isPresent() && left > 0; frame = receiver.next()) {
                left--;
                Claim.in(frame.get())
                        .filter(claim -> wanted.contains(claim.address()) && heard.size() < LIMIT)
                        .ifPresent(heard::add);
            }
        });
    }

    /** Reads what comes in until then. */
    void hearUntil(long nanos, Set<IpAddress> wanted, LinkedHashSet<Claim> heard) {
        var all = receivers.values().stream().flatMap(List::stream).toList();
        hear(wanted, heard);
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            PacketReceiver.await(all, Duration.ofNanos(left));
            hear(wanted, heard);
        }
    }

    private PacketSocket opened() throws DatapathException {
        return sender.orElseThrow(() -> new DatapathException(DatapathFault.ADDRESS, "the datapath is not open"));
    }

    @Override
    public void close() {
        sender.ifPresent(PacketSocket::close);
        sender = Optional.empty();
        receivers.values().forEach(ofOne -> ofOne.forEach(PacketReceiver::close));
        receivers.clear();
    }
}
