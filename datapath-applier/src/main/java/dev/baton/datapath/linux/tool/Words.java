package dev.baton.datapath.linux.tool;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The words of a line that {@code ip} printed. */
public final class Words {
    private Words() {}

    public static List<String> of(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }

    /** The word behind this one, where {@code ip} puts the value of what it names. */
    public static Optional<String> after(List<String> words, String word) {
        int at = words.indexOf(word);
        return at < 0 || at + 1 >= words.size() ? Optional.empty() : Optional.of(words.get(at + 1));
    }
}
