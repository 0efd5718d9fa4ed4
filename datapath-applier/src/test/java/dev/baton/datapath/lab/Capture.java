package dev.baton.datapath.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the external host of a lab sees on its wire, with times: the judge of whether a fence holds. */
public final class Capture {
    private final Process tcpdump;
    private final Thread reader;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    public Capture(Lab lab, String filter) {
        tcpdump = lab.start("ext", "tcpdump", "-l", "-nn", "-tt", "--immediate-mode", "-i", "eth0", filter);
        reader = new Thread(() -> {
            try (var output =
                    new BufferedReader(new InputStreamReader(tcpdump.getInputStream(), StandardCharsets.UTF_8))) {
                output.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                // It was ended.
            }
        });
        reader.setDaemon(true);
        reader.start();
        Lab.eventually(
                Duration.ofSeconds(10), "tcpdump listens", () -> lines.stream().anyMatch(l -> l.contains("listening")));
    }

    /** Ends the capture; the time of the last frame in seconds since 1970. */
    public double lastFrame() {
        return frames().stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(0, line.indexOf(' '))))
                .max()
                .orElseThrow(() -> new AssertionError("no frame at all: " + lines));
    }

    /** Ends the capture; one line per frame. */
    public List<String> frames() {
        tcpdump.destroy();
        try {
            tcpdump.waitFor();
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return lines.stream().filter(line -> line.matches("\\d+\\.\\d+ .*")).toList();
    }
}
