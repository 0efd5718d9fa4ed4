package dev.baton.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** An Ethernet address, written {@code 66:c5:d6:cc:29:54}. */
public record MacAddress(String value) implements Comparable<MacAddress> {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    public MacAddress {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("mac: \"" + value + "\" is not of the form 66:c5:d6:cc:29:54");
        }
    }

    /** A node's tunnel MAC: {@code 66:} and the first 5 bytes of SHA-1(node + "egress"), as EgressGateway forms it. */
    public static MacAddress ofNode(NodeId node) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((node.value() + "egress").getBytes(StandardCharsets.UTF_8));
            return new MacAddress("66:" + HexFormat.ofDelimiter(":").formatHex(digest, 0, 5));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    @Override
    public int compareTo(MacAddress other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
