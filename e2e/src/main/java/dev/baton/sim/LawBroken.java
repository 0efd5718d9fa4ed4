package dev.baton.sim;

/** A law does not hold; the message says what was seen. */
final class LawBroken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final LawName law;

    LawBroken(LawName law, String message) {
        super(message);
        this.law = law;
    }

    LawBroken(LawName law, String message, Throwable cause) {
        super(message, cause);
        this.law = law;
    }

    LawName law() {
        return law;
    }
}
