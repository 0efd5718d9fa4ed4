package dev.baton.bridge.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Words that a field may have, in the order in which an error names them. */
final class Words {
    private Words() {}

    static <T> Map<String, T> of(String word, T value) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(Map.of(word, value)));
    }

    static <T> Map<String, T> of(String word1, T value1, String word2, T value2) {
        var words = new LinkedHashMap<String, T>();
        words.put(word1, value1);
        words.put(word2, value2);
        return Collections.unmodifiableMap(words);
    }

    static <T> Map<String, T> of(String word1, T value1, String word2, T value2, String word3, T value3) {
        var words = new LinkedHashMap<>(of(word1, value1, word2, value2));
        words.put(word3, value3);
        return Collections.unmodifiableMap(words);
    }
}
