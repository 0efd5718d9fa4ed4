package dev.baton.datapath.linux.netlink;

import java.nio.ByteBuffer;

/** The checksum of IPv4 headers, UDP and ICMPv6 (RFC 1071). */
public final class InternetChecksum {
    private InternetChecksum() {}

    /**
     * @param seed the sum of the 16-bit numbers that are covered as well and do not stand there
     * @return 16 bits; 0 of what holds its own right checksum
     */
    public static int of(ByteBuffer bytes, int from, int length, int seed) {
        long sum = seed;
        for (int i = 0; i < length; i += Short.BYTES) {
            boolean half = i + 1 == length;
            sum += half ? (bytes.get(from + i) & 0xff) << 8 : bytes.getShort(from + i) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) (~sum & 0xffff);
    }
}
