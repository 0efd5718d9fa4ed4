package dev.baton.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
final class Machine {
    private Machine() {}

    static String text() {
        return "machine: " + Runtime.getRuntime().availableProcessors() + " cores (" + cpu() + "), "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", JDK "
                + System.getProperty("java.version") + ", load " + load();
    }

    private static String cpu() {
        return firstLine("/proc/cpuinfo", "model name").replaceFirst("^[^:]*: *", "");
    }

    private static String load() {
        return firstLine("/proc/loadavg", "").replaceFirst(" .*", "");
    }

    private static String firstLine(String file, String prefix) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(prefix)).findFirst().orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
