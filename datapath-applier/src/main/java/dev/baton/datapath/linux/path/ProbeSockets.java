package dev.baton.datapath.linux.path;

import dev.baton.contract.IpFamily;
import dev.baton.contract.NodeId;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.PacketReceiver;
import dev.baton.datapath.linux.netlink.PacketReceiver.Kind;
import dev.baton.datapath.linux.netlink.PacketSocket;
import dev.baton.datapath.linux.netlink.PacketSocket.Link;
import dev.baton.datapath.linux.route.TunnelDevice;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Sends probes into the tunnel and takes those that come back, before the node itself looks at them: what it thinks of
 * their source does not count, and no program gets one. Used by one thread.
 */
final class ProbeSockets implements AutoCloseable {
    /** More frames than these at a time are somebody's mischief. */
    private static final int LIMIT = 10_000;

    private final Optional<String> namespace;
    private final long process = new SecureRandom().nextLong();
    private Optional<PacketSocket> sender = Optional.empty();
    private Optional<Open> open = Optional.empty();

    private record Open(int index, Kind kind, PacketReceiver receiver) {}

    /** @param namespace of {@code ip netns}; empty: this process's own */
    ProbeSockets(Optional<String> namespace) {
        this.namespace = namespace;
    }

    /** Listens on the tunnel's device as it is now, which may have been made anew; empty if it is missing. */
    Optional<Link> listen(IpFamily family) throws DatapathException {
        PacketSocket asked = sender();
        Optional<Link> link = asked.link(TunnelDevice.NAME);
        Kind kind = family == IpFamily.V4 ? Kind.IPV4_PATH_PROBE : Kind.IPV6_PATH_PROBE;
        if (open.isPresent()
                && link.filter(now -> now.index() == open.get().index()
                                && kind == open.get().kind())
                        .isEmpty()) {
            open.get().receiver().close();
            open = Optional.empty();
        }
        if (link.isPresent() && open.isEmpty()) {
            int index = link.get().index();
            open = Optional.of(new Open(index, kind, PacketReceiver.open(namespace, index, kind)));
        }
        return link;
    }

    /** The numbers of all probes that have come back since the last call; empty if they did not come to an end. */
    Optional<Set<Long>> cameBack() {
        var numbers = new HashSet<Long>();
        if (open.isPresent()) {
            for (int i = 0; i < LIMIT; i++) {
                Optional<byte[]> frame = open.get().receiver().next();
                if (frame.isEmpty()) {
                    return Optional.of(numbers);
                }
                ProbeFrame.in(frame.get(), process).ifPresent(numbers::add);
            }
        }
        return Optional.empty();
    }

    /** @return whether the kernel took it */
    boolean send(Plan plan, NodeId target, Link link, long number) throws DatapathException {
        byte[] frame = ProbeFrame.of(plan, plan.macOf(target), link.mtu(), process, number);
        return sender().send(link.index(), frame);
    }

    private PacketSocket sender() throws DatapathException {
        if (sender.isEmpty()) {
            sender = Optional.of(PacketSocket.open(namespace));
        }
        return sender.get();
    }

    @Override
    public void close() {
        open.ifPresent(one -> one.receiver().close());
        open = Optional.empty();
        sender.ifPresent(PacketSocket::close);
        sender = Optional.empty();
    }
}
