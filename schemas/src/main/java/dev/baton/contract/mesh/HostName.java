package dev.baton.contract.mesh;

import java.util.regex.Pattern;

/**
 * A host name as Gateway API writes it: lower-case, or with {@code *.} in front for all names below it, at whatever
 * depth, but not for the name itself.
 */
public record HostName(String value) implements Comparable<HostName> {
    private static final String WILDCARD = "*.";
    private static final Pattern NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final int LIMIT = 253;

    public HostName {
        if (value.length() > LIMIT || !NAME.matcher(value).matches()) {
            throw new IllegalArgumentException("host name: \"" + value
                    + "\" is not one; allowed are lower-case letters, digits, '-' and '.', at most " + LIMIT
                    + ", with \"*.\" in front for all names below");
        }
    }

    private boolean isWildcard() {
        return value.startsWith(WILDCARD);
    }

    private String dotted() {
        return value.substring(1);
    }

    /** Whether some request fits both, as routes and listeners of Gateway API are brought together. */
    public boolean meets(HostName other) {
        if (isWildcard() && other.isWildcard()) {
            return dotted().endsWith(other.dotted()) || other.dotted().endsWith(dotted());
        }
        return value.equals(other.value)
                || isWildcard() && other.value.endsWith(dotted())
                || other.isWildcard() && value.endsWith(other.dotted());
    }

    @Override
    public int compareTo(HostName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
