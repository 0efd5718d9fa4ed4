package dev.baton.xds.stream;

import java.util.Optional;

/** Numbers as the protocol writes them, and its word for all names. */
final class Words {
    static final String ALL = "*";

    private static final long UNKNOWN_VERSION = -1;

    private Words() {}

    static Optional<Long> nonce(String text) {
        return text.isEmpty() ? Optional.empty() : number(text);
    }

    /** One that some other server gave is not any of ours. */
    static long version(String text) {
        return number(text).orElse(UNKNOWN_VERSION);
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
