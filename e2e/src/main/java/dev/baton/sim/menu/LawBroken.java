package dev.baton.sim.menu;

/** A law does not hold; the message says what was seen. */
public final class LawBroken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final LawName law;

    public LawBroken(LawName law, String message) {
        super(message);
        this.law = law;
    }

    public LawBroken(LawName law, String message, Throwable cause) {
        super(message, cause);
        this.law = law;
    }

    public LawName law() {
        return law;
    }
}
