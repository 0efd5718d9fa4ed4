package dev.baton.contract.mesh;

import java.util.regex.Pattern;

/** Checks names that reach keys, resources of proxies and file names. A name that passes here needs no quoting. */
final class MeshNames {
    private static final Pattern PATH = Pattern.compile("[a-z0-9]([-a-z0-9./]{0,251}[a-z0-9])?");

    private MeshNames() {}

    static void require(String field, String value) {
        if (!PATH.matcher(value).matches()) {
            throw new IllegalArgumentException(field + ": \"" + value
                    + "\" is not a name; allowed are lower-case letters, digits, '-', '.' and '/', at most 253,"
                    + " first and last a letter or digit");
        }
    }
}
