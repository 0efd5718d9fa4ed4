package dev.baton.contract;

import java.util.regex.Pattern;

/** Checks the names that reach keys, tools and file names. A name that passes here needs no quoting anywhere. */
final class Names {
    /** Kubernetes object names: RFC 1123 subdomain, at most 253 characters. */
    private static final Pattern SUBDOMAIN = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    private Names() {}

    static String requireName(String field, String value) {
        if (!SUBDOMAIN.matcher(value).matches()) {
            throw new IllegalArgumentException(field + ": \"" + value
                    + "\" is not a name; allowed are lower-case letters, digits, '-' and '.', at most 253,"
                    + " first and last a letter or digit");
        }
        return value;
    }
}
