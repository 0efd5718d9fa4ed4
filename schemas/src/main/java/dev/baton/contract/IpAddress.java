package dev.baton.contract;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * An IPv4 or IPv6 address as a number, ordered by family and value. Text is canonical (IPv6 by RFC 5952), so equal
 * addresses are equal strings. IPv4-mapped IPv6 and zone suffixes are refused.
 *
 * @param number the address, unsigned, below 2^32 or 2^128
 */
public record IpAddress(IpFamily family, BigInteger number) implements Comparable<IpAddress> {
    public IpAddress {
        if (number.signum() < 0 || number.bitLength() > family.bits()) {
            throw new IllegalArgumentException("address: " + number + " does not fit " + family);
        }
    }

    /** @throws IllegalArgumentException with the text and what is allowed, if it is no address */
    public static IpAddress parse(String text) {
        return text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text);
    }

    private static IpAddress parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw notAnAddress(text);
        }
        long number = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw notAnAddress(text);
            }
            int octet = Integer.parseInt(part);
            if (octet > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
                throw notAnAddress(text);
            }
            number = number << 8 | octet;
        }
        return new IpAddress(IpFamily.V4, BigInteger.valueOf(number));
    }

    private static IpAddress parseV6(String text) {
        int gap = text.indexOf("::");
        List<Integer> groups;
        if (gap < 0) {
            groups = groups(text, text);
        } else {
            if (text.indexOf("::", gap + 1) >= 0) {
                throw notAnAddress(text);
            }
            groups = new ArrayList<>(groups(text.substring(0, gap), text));
            List<Integer> tail = groups(text.substring(gap + 2), text);
            int zeros = 8 - groups.size() - tail.size();
            if (zeros < 1) {
                throw notAnAddress(text);
            }
            for (int i = 0; i < zeros; i++) {
                groups.add(0);
            }
            groups.addAll(tail);
        }
        if (groups.size() != 8) {
            throw notAnAddress(text);
        }
        BigInteger number = BigInteger.ZERO;
        for (int group : groups) {
            number = number.shiftLeft(16).or(BigInteger.valueOf(group));
        }
        if (number.shiftRight(32).equals(BigInteger.valueOf(0xffff))) {
            throw notAnAddress(text);
        }
        return new IpAddress(IpFamily.V6, number);
    }

    private static List<Integer> groups(String part, String whole) {
        var groups = new ArrayList<Integer>();
        if (part.isEmpty()) {
            return groups;
        }
        for (String group : part.split(":", -1)) {
            if (group.isEmpty() || group.length() > 4 || !group.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                throw notAnAddress(whole);
            }
            groups.add(Integer.parseInt(group, 16));
        }
        return groups;
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not an IP address; allowed are forms like 10.6.1.55 and fd00::55");
    }

    /** The next higher address. */
    public IpAddress next() {
        return new IpAddress(family, number.add(BigInteger.ONE));
    }

    /** The next lower address. */
    public IpAddress previous() {
        return new IpAddress(family, number.subtract(BigInteger.ONE));
    }

    @Override
    public int compareTo(IpAddress other) {
        int byFamily = family.compareTo(other.family);
        return byFamily != 0 ? byFamily : number.compareTo(other.number);
    }

    @Override
    public String toString() {
        return family == IpFamily.V4 ? formatV4() : formatV6();
    }

    private String formatV4() {
        int n = number.intValue();
        return (n >>> 24) + "." + (n >>> 16 & 255) + "." + (n >>> 8 & 255) + "." + (n & 255);
    }

    private String formatV6() {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = number.shiftRight(16 * (7 - i)).intValue() & 0xffff;
        }
        int longest = 0;
        int longestAt = -1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groups[i + run] == 0) {
                run++;
            }
            if (run > longest && run > 1) {
                longest = run;
                longestAt = i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == longestAt) {
                text.append("::");
                i += longest - 1;
                continue;
            }
            if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
