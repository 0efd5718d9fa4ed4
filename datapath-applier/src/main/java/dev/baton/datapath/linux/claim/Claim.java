package dev.baton.datapath.linux.claim;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.linux.route.Icmp6;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A machine says that it has an address. Anyone on the segment may send anything: nonsense is no claim. */
public record Claim(IpAddress address, MacAddress owner) {
    private static final int ETHERNET = 14;
    private static final int ARP_LENGTH = ETHERNET + 28;
    private static final int IPV6_LENGTH = ETHERNET + 40;
    private static final int MESSAGE_LENGTH = 24;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int OPTION_SOURCE = 1;
    private static final int OPTION_TARGET = 2;

    /** What a received frame claims; one that only asks who has an address, as a probe does, claims nothing. */
    static Optional<Claim> in(byte[] frame) {
        if (frame.length < ETHERNET) {
            return Optional.empty();
        }
        return switch (ByteBuffer.wrap(frame).getShort(12) & 0xffff) {
            case 0x0806 -> inArp(frame);
            case 0x86dd -> inNeighbourDiscovery(frame);
            default -> Optional.empty();
        };
    }

    private static Optional<Claim> inArp(byte[] frame) {
        if (frame.length < ARP_LENGTH) {
            return Optional.empty();
        }
        var arp = ByteBuffer.wrap(frame, ETHERNET, ARP_LENGTH - ETHERNET).slice();
        // Ethernet addresses of six bytes for IPv4 addresses of four, asked for or answered
        boolean isAboutIpv4 = arp.getInt(0) == 0x00010800 && arp.getShort(4) == 0x0604;
        int operation = arp.getShort(6);
        return isAboutIpv4 && (operation == 1 || operation == 2)
                ? claim(IpFamily.V4, range(frame, ETHERNET + 14, 4), range(frame, ETHERNET + 8, 6))
                : Optional.empty();
    }

    private static Optional<Claim> inNeighbourDiscovery(byte[] frame) {
        if (frame.length < IPV6_LENGTH + MESSAGE_LENGTH) {
            return Optional.empty();
        }
        var header = ByteBuffer.wrap(frame, ETHERNET, frame.length - ETHERNET).slice();
        int length = header.getShort(4) & 0xffff;
        if (header.get(0) >>> 4 != 6
                || header.get(6) != Icmp6.PROTOCOL
                || (header.get(7) & 0xff) != Icmp6.HOP_LIMIT
                || length < MESSAGE_LENGTH
                || IPV6_LENGTH + length > frame.length) {
            return Optional.empty();
        }
        byte[] source = range(frame, ETHERNET + 8, 16);
        byte[] message = range(frame, IPV6_LENGTH, length);
        if (Icmp6.checksum(source, range(frame, ETHERNET + 24, 16), message) != 0) {
            return Optional.empty();
        }
        byte[] sender = range(frame, 6, 6);
        return switch (message[0] & 0xff) {
            case SOLICITATION -> claim(IpFamily.V6, source, option(message, OPTION_SOURCE, sender));
            case ADVERTISEMENT -> claim(IpFamily.V6, range(message, 8, 16), option(message, OPTION_TARGET, sender));
            default -> Optional.empty();
        };
    }

    /** The Ethernet address in an option, or what the sender of the frame has if there is none. */
    private static byte[] option(byte[] message, int type, byte[] otherwise) {
        int at = MESSAGE_LENGTH;
        while (at + 8 <= message.length && message[at + 1] != 0) {
            if (message[at] == type) {
                return range(message, at + 2, 6);
            }
            at += 8 * (message[at + 1] & 0xff);
        }
        return otherwise;
    }

    private static Optional<Claim> claim(IpFamily family, byte[] address, byte[] mac) {
        var number = new BigInteger(1, address);
        return number.signum() == 0
                ? Optional.empty()
                : Optional.of(new Claim(
                        new IpAddress(family, number),
                        new MacAddress(HexFormat.ofDelimiter(":").formatHex(mac))));
    }

    private static byte[] range(byte[] bytes, int from, int length) {
        return Arrays.copyOfRange(bytes, from, from + length);
    }
}
