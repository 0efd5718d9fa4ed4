package dev.baton.contract;

import java.util.regex.Pattern;

/** Checks the names that reach keys, tools and file names. A name that passes here needs no quoting anywhere. */
public final class Names {
    /** Kubernetes object names: RFC 1123 subdomain, at most 253 characters. */
    private static final Pattern SUBDOMAIN = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /** Such names with parts before them. */
    private static final Pattern PATH = Pattern.compile("[a-z0-9]([-a-z0-9./]{0,251}[a-z0-9])?");

    private Names() {}

    static String requireName(String field, String value) {
        return require(SUBDOMAIN, "'-' and '.'", field, value);
    }

    /** @throws IllegalArgumentException with the field, the value and what is allowed */
    public static String requirePath(String field, String value) {
        return require(PATH, "'-', '.' and '/'", field, value);
    }

    private static String require(Pattern pattern, String marks, String field, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(field + ": \"" + value
                    + "\" is not a name; allowed are lower-case letters, digits, " + marks
                    + ", at most 253, first and last a letter or digit");
        }
        return value;
    }
}
