package dev.baton.contract;

/**
 * Version of the rules by which a fleet's log is folded, and of the formats in which its records are written. It is an
 * entry of the log ({@link RulesAdopted}): two releases that read the same log decide the same.
 *
 * @param version counts from 1
 */
public record Rules(int version) implements Comparable<Rules> {
    public static final Rules FIRST = new Rules(1);
    /** From these on, a machine cannot take the name of another one that lives. */
    public static final Rules NAME_KEPT = new Rules(2);
    /** From these on, nodes say in which networks they are and which machine has an EIP already. */
    public static final Rules SEGMENTS = new Rules(3);
    /** From these on, nodes say which of the others they reach through the tunnels. */
    public static final Rules PATHS = new Rules(4);
    /** From these on, a log that begins waits for each machine that is heard and obeys another, whatever its name. */
    public static final Rules NAMESAKES = new Rules(5);
    /** From these on, a fleet can take EgressGateway's EIPs and tunnels over. */
    public static final Rules ADOPTION = new Rules(5);
    /** From these on, nodes say whether their agents act or only record, and who claims an address that they hold. */
    public static final Rules MODES = new Rules(6);
    /** The newest that this release knows. */
    public static final Rules NEWEST = MODES;

    public Rules {
        if (version < 1) {
            throw new IllegalArgumentException("rules: version " + version + " is not 1 or higher");
        }
    }

    @Override
    public int compareTo(Rules other) {
        return Integer.compare(version, other.version);
    }

    public boolean isAfter(Rules other) {
        return version > other.version;
    }

    /** Whether what came with {@code first} is in force by these. */
    public boolean include(Rules first) {
        return version >= first.version;
    }

    @Override
    public String toString() {
        return Integer.toString(version);
    }
}
