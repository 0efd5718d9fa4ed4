package dev.baton.launcher.jvm;

import dev.baton.launcher.Bundled;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Options of the JVMs that run Baton, one file per kind of process; the launcher script passes the same files to
 * {@code java}.
 */
public enum JvmOptions {
    COMMON,
    AGENT,
    SERVICE,
    BRIDGE,
    COMMAND;

    /** Includes the options that all kinds have in common. */
    public List<String> read() {
        return Stream.concat(this == COMMON ? Stream.empty() : COMMON.read().stream(), lines())
                .toList();
    }

    private Stream<String> lines() {
        return Bundled.text("jvm/" + name().toLowerCase(Locale.ROOT) + ".options")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"));
    }
}
