package dev.baton.bridge.report;

import java.util.Collection;

/**
 * One line of {@code key=value} pairs.
 *
 * @param agrees whether what is, is what the coordinator decided
 */
public record Row(String line, boolean agrees) {
    /** Where there is nothing, a word is easier to see and to split by than nothing. */
    private static final String NONE = "none";

    /** @param pairs keys and values in turn */
    static String line(String... pairs) {
        var line = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            line.append(i == 0 ? "" : " ").append(pairs[i]).append('=').append(value(pairs[i + 1]));
        }
        return line.toString();
    }

    static Row of(boolean agrees, String... pairs) {
        return new Row(line(pairs) + " agrees=" + agrees, agrees);
    }

    /** Names of Kubernetes need no quotes; what others may choose freely cannot break a line. */
    private static String value(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        boolean plain = text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
        if (plain) {
            return text;
        }
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
        });
        return quoted.append('"').toString();
    }

    static String joined(Collection<String> values) {
        return String.join(",", values);
    }
}
