package dev.baton.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that the figures were measured on, and what a process costs it. */
final class Machine {
    private Machine() {}

    static String text() {
        return "machine: " + Runtime.getRuntime().availableProcessors() + " cores (" + cpu() + "), "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", JDK "
                + System.getProperty("java.version") + ", load " + load();
    }

    /** The memory of a process now, and the most it ever had. */
    static String memory(long pid) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                    .map(line -> line.replaceAll("\\s+", " "))
                    .reduce((a, b) -> a + ", " + b)
                    .orElse("memory unknown");
        } catch (IOException e) {
            return "memory unknown";
        }
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
