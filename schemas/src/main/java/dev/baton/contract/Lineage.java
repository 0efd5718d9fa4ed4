package dev.baton.contract;

import java.util.regex.Pattern;

/**
 * Names one life of a fleet's log. Its first entry draws it. Epochs, incarnations, offsets and origins may be compared
 * within one lineage only: a log that was made anew counts from the beginning again.
 *
 * @param value 16 hexadecimal digits
 */
public record Lineage(String value) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16}");

    public Lineage {
        if (!DIGITS.matcher(value).matches()) {
            throw new IllegalArgumentException("lineage: \"" + value + "\" is not 16 hexadecimal digits");
        }
    }

    /** @param bits drawn at random */
    public static Lineage of(long bits) {
        return new Lineage("%016x".formatted(bits));
    }

    @Override
    public String toString() {
        return value;
    }
}
