package dev.baton.contract;

/**
 * A firewall mark in {@code 0x26000000/8}; the routing table of the same number belongs to it. The ranges keep {@code
 * ip rule} reading as EgressGateway's users know it: nodes from {@code 0x26000001}, EIPs from {@code 0x26100001}.
 */
public record Mark(int value) implements Comparable<Mark> {
    public static final int BASE = 0x26000000;
    public static final int MASK = 0xff000000;
    public static final Mark FIRST_NODE = new Mark(0x26000001);
    /** A tracked connection's mark has 13 bits for the node that its packets come from. */
    public static final Mark LAST_NODE = new Mark(0x26001fff);

    public static final Mark FIRST_EIP = new Mark(0x26100001);
    /** And 11 bits for the EIP; all ones are kept for connections that are to be deleted. */
    public static final Mark LAST_EIP = new Mark(0x261007fe);

    /** An EIP's second table, for packets that came through the tunnel, lies this far above its first. */
    private static final int TUNNEL_ARRIVALS = 0x00100000;

    public Mark {
        if ((value & MASK) != BASE) {
            throw new IllegalArgumentException(
                    "mark: " + String.format("0x%08x", value) + " lies outside 0x26000000/0xff000000");
        }
    }

    public static Mark parse(String text) {
        return new Mark(Integer.decode(text));
    }

    /** The routing table that packets with this mark look up: the same number. */
    public int table() {
        return value;
    }

    /** For an EIP's mark: the table for packets of that EIP that arrived through the tunnel. */
    public int tunnelArrivalsTable() {
        return value + TUNNEL_ARRIVALS;
    }

    public Mark next() {
        return new Mark(value + 1);
    }

    @Override
    public int compareTo(Mark other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return String.format("0x%08x", value);
    }
}
