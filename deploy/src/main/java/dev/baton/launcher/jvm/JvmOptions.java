package dev.baton.launcher.jvm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Options of the JVMs that run Baton, by what they run: the files that the launcher script hands to {@code java}. */
public enum JvmOptions {
    COMMON,
    AGENT,
    SERVICE,
    COMMAND;

    /** With those that all have in common. */
    public List<String> read() {
        return Stream.concat(this == COMMON ? Stream.empty() : COMMON.read().stream(), lines())
                .toList();
    }

    private Stream<String> lines() {
        String file = "/baton/jvm/" + name().toLowerCase(Locale.ROOT) + ".options";
        try (InputStream in = JvmOptions.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
