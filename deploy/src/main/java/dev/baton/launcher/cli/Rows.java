package dev.baton.launcher.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table as kubectl prints one: upper-case heads, columns as wide as their widest cell, three spaces between. */
final class Rows {
    private final List<String> heads;
    private final List<List<String>> rows = new ArrayList<>();

    Rows(String... heads) {
        this.heads = List.of(heads);
    }

    Rows add(Object... cells) {
        var row = new ArrayList<String>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Each row as a line; the first one has the column heads. */
    List<String> lines() {
        int[] widths = widths();
        return withHeads().stream().map(row -> line(row, widths)).toList();
    }

    /** The rows that are not in an earlier table, with columns no narrower than there; without the heads. */
    List<String> linesSince(Rows earlier) {
        int[] widths = widths();
        int[] before = earlier.widths();
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], before[i]);
        }
        return rows.stream()
                .filter(row -> !earlier.rows.contains(row))
                .map(row -> line(row, widths))
                .toList();
    }

    private List<List<String>> withHeads() {
        var all = new ArrayList<List<String>>();
        all.add(heads.stream().map(head -> head.toUpperCase(Locale.ROOT)).toList());
        all.addAll(rows);
        return all;
    }

    private int[] widths() {
        int[] widths = new int[heads.size()];
        for (List<String> row : withHeads()) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i));
            line.append(" ".repeat(widths[i] - row.get(i).length() + 3));
        }
        return line.toString().stripTrailing();
    }

    /** Each row as a map, for JSON and YAML. */
    List<Map<String, String>> maps() {
        var maps = new ArrayList<Map<String, String>>();
        for (List<String> row : rows) {
            var map = new LinkedHashMap<String, String>();
            for (int i = 0; i < row.size(); i++) {
                map.put(heads.get(i), row.get(i));
            }
            maps.add(map);
        }
        return maps;
    }

    void print(PrintWriter out) {
        lines().forEach(out::println);
        out.flush();
    }
}
