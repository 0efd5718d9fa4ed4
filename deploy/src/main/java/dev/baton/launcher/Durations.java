package dev.baton.launcher;

import dev.baton.contract.DurationText;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line. */
public final class Durations {
    private Durations() {}

    static void register(CommandLine line) {
        line.registerConverter(Duration.class, Durations::parse);
    }

    public static Duration parse(String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    public static String text(Duration duration) {
        return DurationText.of(duration);
    }
}
