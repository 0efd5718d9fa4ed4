package dev.baton.sim.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The run as a score, in fixed columns: step, true time in ms, who, what, and the rest. Keeps the last lines to print
 * and a digest of all of them, by their text.
 */
public final class Trace {
    private static final int KEPT = 120;

    private final Scheduler scheduler;
    private final MessageDigest digest;
    private final ArrayDeque<String> last = new ArrayDeque<>();
    private long step;

    public Trace(Scheduler scheduler) {
        this.scheduler = scheduler;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public void step(long number) {
        step = number;
    }

    public void line(String who, String what, String rest) {
        String millis = String.format(Locale.ROOT, "%11.3f", scheduler.now() / 1e6);
        String line =
                pad(Long.toString(step), 7, true) + millis + "  " + pad(who, 9, false) + pad(what, 12, false) + rest;
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        last.addLast(line);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
    }

    private static String pad(String text, int width, boolean left) {
        String room = " ".repeat(Math.max(0, width - text.length()));
        return left ? room + text : text + room;
    }

    public String last() {
        return String.join("\n", last);
    }

    /** Ends the trace. */
    public String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
