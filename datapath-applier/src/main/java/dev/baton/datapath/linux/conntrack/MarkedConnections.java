package dev.baton.datapath.linux.conntrack;

import static dev.baton.datapath.linux.netlink.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.joined;
import static dev.baton.datapath.linux.netlink.NetlinkAttributes.number;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.NetlinkMessage;
import dev.baton.datapath.linux.netlink.NetlinkSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Gives connection tracking entries other marks, one by one: a mark alone changes nothing of a connection. */
final class MarkedConnections {
    /** Without the flag to create one, this changes an entry. */
    private static final int CHANGE = 1 << 8;

    private static final int ENOENT = 2;

    private MarkedConnections() {}

    /** @return how many got another mark */
    static int mark(Optional<String> namespace, Function<TrackedConnection, OptionalInt> markOf)
            throws DatapathException {
        int changed = 0;
        try (var kernel = NetlinkSocket.open(namespace, DatapathFault.FIREWALL)) {
            for (IpFamily family : IpFamily.values()) {
                int number = TranslatedConnections.number(family);
                var changes = new ArrayList<byte[]>();
                kernel.list("the connections", TranslatedConnections.GET, number, new byte[0], entry -> {
                    Optional<TrackedConnection> connection = of(entry, family);
                    OptionalInt mark = connection.map(markOf).orElse(OptionalInt.empty());
                    if (mark.isPresent() && mark.getAsInt() != connection.get().mark()) {
                        changes.add(joined(
                                TranslatedConnections.name(entry),
                                attribute(Connections.CTA_MARK, number(mark.getAsInt()))));
                    }
                });
                for (byte[] change : changes) {
                    int error = kernel.call(CHANGE, number, change);
                    if (error != 0 && error != ENOENT) {
                        throw new DatapathException(
                                DatapathFault.FIREWALL, "a connection cannot be marked: error " + error);
                    }
                    changed++;
                }
            }
        }
        return changed;
    }

    private static Optional<TrackedConnection> of(NetlinkMessage entry, IpFamily family) {
        Optional<IpAddress> source = TranslatedConnections.source(entry, TranslatedConnections.CTA_TUPLE_ORIG, family);
        Optional<IpAddress> destination =
                TranslatedConnections.source(entry, TranslatedConnections.CTA_TUPLE_REPLY, family);
        Optional<IpAddress> answered = TranslatedConnections.answeredAt(entry, family);
        if (source.isEmpty() || destination.isEmpty()) {
            return Optional.empty();
        }
        int[] mark = {0};
        entry.each(
                Connections.CTA_MARK,
                value -> mark[0] = ByteBuffer.wrap(entry.bytes(value)).getInt());
        return Optional.of(new TrackedConnection(
                source.get(), destination.get(), answered.filter(to -> !to.equals(source.get())), mark[0]));
    }
}
