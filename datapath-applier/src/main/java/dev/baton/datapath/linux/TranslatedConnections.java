package dev.baton.datapath.linux;

import static dev.baton.datapath.linux.NetlinkAttributes.attribute;
import static dev.baton.datapath.linux.NetlinkAttributes.each;
import static dev.baton.datapath.linux.NetlinkAttributes.joined;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds and deletes connection tracking entries by what they are: translated to an EIP, so that answers come to it.
 * Marks do not say it for certain: rules change them, also other components' rules.
 */
final class TranslatedConnections {
    private static final int GET = 1 << 8 | 1;
    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_ID = 12;
    private static final int CTA_ZONE = 18;
    private static final int TUPLE_IP = 1;
    private static final int IP_V4_DESTINATION = 2;
    private static final int IP_V6_DESTINATION = 4;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int ENOENT = 2;

    /** Packets on their way while the fence was closed may make an entry behind the first look. */
    private static final int LOOKS = 5;

    private TranslatedConnections() {}

    /** @throws DatapathException if some are still there */
    static void delete(Optional<String> namespace, Set<IpAddress> addresses) throws DatapathException {
        for (IpFamily family : IpFamily.values()) {
            var ofFamily = addresses.stream()
                    .filter(address -> address.family() == family)
                    .toList();
            if (!ofFamily.isEmpty()) {
                delete(namespace, family == IpFamily.V4 ? AF_INET : AF_INET6, Set.copyOf(ofFamily));
            }
        }
    }

    private static void delete(Optional<String> namespace, int family, Set<IpAddress> addresses)
            throws DatapathException {
        try (var kernel = NetlinkSocket.open(namespace, DatapathFault.FIREWALL)) {
            for (int look = 0; look < LOOKS; look++) {
                List<byte[]> found = find(kernel, family, addresses);
                if (found.isEmpty()) {
                    return;
                }
                for (byte[] which : found) {
                    int error = kernel.call(Connections.DELETE, family, which);
                    if (error != 0 && error != ENOENT) {
                        throw new DatapathException(
                                DatapathFault.FIREWALL, "a connection cannot be deleted: error " + error);
                    }
                }
            }
        }
        throw new DatapathException(DatapathFault.FIREWALL, "connections to " + addresses + " come back");
    }

    /** What names each of them in a message to delete it. */
    private static List<byte[]> find(NetlinkSocket kernel, int family, Set<IpAddress> addresses)
            throws DatapathException {
        var found = new ArrayList<byte[]>();
        int asked = kernel.next();
        // An older kernel tells of all connections; which are meant is looked at here in any case.
        byte[] translated = joined(
                Connections.number(Connections.CTA_STATUS, Connections.TRANSLATED),
                Connections.number(Connections.CTA_STATUS_MASK, Connections.TRANSLATED));
        kernel.send(kernel.message(GET, (short) (NetlinkSocket.REQUEST | NetlinkSocket.DUMP), family, 0, translated));
        while (true) {
            ByteBuffer answer = kernel.receive();
            while (answer.remaining() >= NetlinkSocket.HEADER) {
                int at = answer.position();
                if (answer.getInt(at + 8) == asked) {
                    switch (Short.toUnsignedInt(answer.getShort(at + 4))) {
                        case NetlinkSocket.NLMSG_DONE -> {
                            return found;
                        }
                        case NetlinkSocket.NLMSG_ERROR ->
                            throw new DatapathException(
                                    DatapathFault.FIREWALL,
                                    "connections cannot be read: error " + -answer.getInt(at + 16));
                        default -> {
                            int from = at + NetlinkSocket.HEADER;
                            int to = at + answer.getInt(at);
                            if (isAnsweredAt(answer, from, to, family, addresses)) {
                                found.add(name(answer, from, to));
                            }
                        }
                    }
                }
                NetlinkSocket.skip(answer);
            }
        }
    }

    private static boolean isAnsweredAt(ByteBuffer message, int from, int to, int family, Set<IpAddress> addresses) {
        var destinations = new ArrayList<IpAddress>(1);
        int destination = family == AF_INET ? IP_V4_DESTINATION : IP_V6_DESTINATION;
        each(
                message,
                from,
                to,
                CTA_TUPLE_REPLY,
                tuple -> each(
                        message,
                        tuple.from(),
                        tuple.to(),
                        TUPLE_IP,
                        ip -> each(
                                message,
                                ip.from(),
                                ip.to(),
                                destination,
                                value -> destinations.add(new IpAddress(
                                        family == AF_INET ? IpFamily.V4 : IpFamily.V6,
                                        new BigInteger(1, bytes(message, value)))))));
        return destinations.stream().anyMatch(addresses::contains);
    }

    private static byte[] name(ByteBuffer message, int from, int to) {
        var name = new ArrayList<byte[]>();
        each(
                message,
                from,
                to,
                CTA_TUPLE_ORIG,
                value -> name.add(attribute(CTA_TUPLE_ORIG | NetlinkAttributes.NESTED, bytes(message, value))));
        for (int type : List.of(CTA_ZONE, CTA_ID)) {
            each(message, from, to, type, value -> name.add(attribute(type, bytes(message, value))));
        }
        return name.stream().reduce(new byte[0], NetlinkAttributes::joined);
    }

    private static byte[] bytes(ByteBuffer message, NetlinkAttributes.Span value) {
        byte[] bytes = new byte[value.to() - value.from()];
        message.get(value.from(), bytes);
        return bytes;
    }
}
