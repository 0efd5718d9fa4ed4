package dev.baton.datapath.linux.conntrack;

import static dev.baton.datapath.linux.netlink.NetlinkAttributes.attribute;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import dev.baton.datapath.linux.netlink.NetlinkMessage;
import dev.baton.datapath.linux.netlink.NetlinkSocket;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds and deletes connection tracking entries that are translated to an EIP, by the address that their answers go to.
 * Marks do not say it for certain: rules change them, also other components' rules.
 */
final class TranslatedConnections {
    static final int GET = 1 << 8 | 1;
    static final int CTA_TUPLE_ORIG = 1;
    static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_ID = 12;
    private static final int CTA_ZONE = 18;
    private static final int TUPLE_IP = 1;
    private static final int IP_V4_SOURCE = 1;
    private static final int IP_V4_DESTINATION = 2;
    private static final int IP_V6_SOURCE = 3;
    private static final int IP_V6_DESTINATION = 4;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int ENOENT = 2;

    /** Packets that were on their way while the fence was closed may make an entry after the first look. */
    private static final int LOOKS = 5;

    private TranslatedConnections() {}

    /** @throws DatapathException if some are still there */
    static void delete(Optional<String> namespace, Set<IpAddress> addresses) throws DatapathException {
        for (IpFamily family : IpFamily.values()) {
            var ofFamily = addresses.stream()
                    .filter(address -> address.family() == family)
                    .toList();
            if (!ofFamily.isEmpty()) {
                delete(namespace, family, Set.copyOf(ofFamily));
            }
        }
    }

    private static void delete(Optional<String> namespace, IpFamily family, Set<IpAddress> addresses)
            throws DatapathException {
        try (var kernel = NetlinkSocket.open(namespace, DatapathFault.FIREWALL)) {
            for (int look = 0; look < LOOKS; look++) {
                List<byte[]> found = find(kernel, family, addresses);
                if (found.isEmpty()) {
                    return;
                }
                for (byte[] which : found) {
                    int error = kernel.call(Connections.DELETE, number(family), which);
                    if (error != 0 && error != ENOENT) {
                        throw new DatapathException(
                                DatapathFault.FIREWALL, "a connection cannot be deleted: error " + error);
                    }
                }
            }
        }
        throw new DatapathException(DatapathFault.FIREWALL, "connections to " + addresses + " come back");
    }

    static int number(IpFamily family) {
        return family == IpFamily.V4 ? AF_INET : AF_INET6;
    }

    /** The attributes that name each of them in a message to delete it. */
    private static List<byte[]> find(NetlinkSocket kernel, IpFamily family, Set<IpAddress> addresses)
            throws DatapathException {
        var found = new ArrayList<byte[]>();
        // An older kernel ignores this filter and lists all connections: each is looked at here in any case.
        kernel.list("the connections", GET, number(family), Connections.translated(true), connection -> {
            if (answeredAt(connection, family).filter(addresses::contains).isPresent()) {
                found.add(name(connection));
            }
        });
        return found;
    }

    /** The address that answers of this connection go to. */
    static Optional<IpAddress> answeredAt(NetlinkMessage connection, IpFamily family) {
        return address(
                connection, CTA_TUPLE_REPLY, family, family == IpFamily.V4 ? IP_V4_DESTINATION : IP_V6_DESTINATION);
    }

    /** The address that packets of one direction come from. */
    static Optional<IpAddress> source(NetlinkMessage connection, int direction, IpFamily family) {
        return address(connection, direction, family, family == IpFamily.V4 ? IP_V4_SOURCE : IP_V6_SOURCE);
    }

    private static Optional<IpAddress> address(
            NetlinkMessage connection, int direction, IpFamily family, int attribute) {
        var addresses = new ArrayList<IpAddress>(1);
        connection.each(
                direction,
                tuple -> connection.each(
                        tuple,
                        TUPLE_IP,
                        ip -> connection.each(
                                ip,
                                attribute,
                                value -> addresses.add(
                                        new IpAddress(family, new BigInteger(1, connection.bytes(value)))))));
        return addresses.stream().findFirst();
    }

    static byte[] name(NetlinkMessage connection) {
        var name = new ArrayList<byte[]>();
        connection.each(
                CTA_TUPLE_ORIG,
                value -> name.add(attribute(CTA_TUPLE_ORIG | NetlinkAttributes.NESTED, connection.bytes(value))));
        for (int type : List.of(CTA_ZONE, CTA_ID)) {
            connection.each(type, value -> name.add(attribute(type, connection.bytes(value))));
        }
        return NetlinkAttributes.joined(name.toArray(byte[][]::new));
    }
}
