package dev.baton.launcher.up;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints the live table and the lines. On a terminal the table stays at the top while lines scroll below it;
 * elsewhere
 * only lines are printed, so that a script can read them. Used by several threads.
 */
final class Screen {
    private static final String ESC = "\033";

    private final PrintWriter out;
    private final boolean terminal;
    private List<String> table = List.of();
    private int height;

    Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Shows the table; without a terminal, only the rows that are new. */
    synchronized void table(List<String> lines) {
        if (lines.equals(table)) {
            return;
        }
        if (terminal) {
            draw(lines);
        } else {
            var fresh = new ArrayList<>(lines);
            fresh.removeAll(table);
            fresh.stream().filter(row -> !row.isBlank()).forEach(row -> out.println("| " + row));
        }
        out.flush();
        table = List.copyOf(lines);
    }

    private void draw(List<String> lines) {
        if (lines.size() > height) {
            // A taller table: clear, and let lines scroll only below it.
            height = lines.size();
            out.print(ESC + "[2J" + ESC + "[" + (height + 2) + ";999r" + ESC + "[999;1H");
        }
        out.print(ESC + "7" + ESC + "[1;1H");
        for (int i = 0; i < height; i++) {
            out.print((i < lines.size() ? lines.get(i) : "") + ESC + "[K\r\n");
        }
        out.print("─".repeat(78) + ESC + "[K" + ESC + "8");
    }

    /** Restores the terminal. */
    synchronized void close() {
        if (terminal) {
            out.print(ESC + "[r" + ESC + "[999;1H\r\n");
            out.flush();
        }
    }
}
