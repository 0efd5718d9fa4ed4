package dev.baton.tidy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in one source what the formatter does not see. */
final class Untidy {
    private static final int COLUMNS = 120;
    private static final Pattern COMMENT_LINE = Pattern.compile("\\s*(/\\*\\*|\\*|//).*");
    private static final Pattern COMMENT_OR_TEXT =
            Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"");
    private static final Pattern QUALIFIED =
            Pattern.compile("(?<![\\w.])((?:java|javax|dev|org|com|io|picocli)(?:\\.[a-z_]\\w*)+\\.([A-Z]\\w*))");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)\\.(\\w+);");

    private Untidy() {}

    static List<String> in(Path source) throws IOException {
        String text = Files.readString(source);
        var found = new ArrayList<String>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.length() > COLUMNS && COMMENT_LINE.matcher(line).matches()) {
                found.add(source + ":" + number + ": a comment of " + line.length() + " columns; " + COLUMNS + " fit");
            }
        }
        found.addAll(qualifiedNames(source, text));
        return found;
    }

    /** A qualified name is right where the simple one already means something else in this file. */
    private static List<String> qualifiedNames(Path source, String text) {
        String code = COMMENT_OR_TEXT.matcher(text).replaceAll(Untidy::blank);
        var imports = new TreeMap<String, String>();
        Matcher imported = IMPORT.matcher(text);
        while (imported.find()) {
            imports.put(imported.group(2), imported.group(1) + "." + imported.group(2));
        }
        var found = new ArrayList<String>();
        int number = 0;
        for (String line : code.split("\n", -1)) {
            number++;
            if (line.startsWith("import ") || line.startsWith("package ")) {
                continue;
            }
            Matcher name = QUALIFIED.matcher(line);
            while (name.find()) {
                String simple = name.group(2);
                boolean taken = !imports.getOrDefault(simple, name.group(1)).equals(name.group(1))
                        || Files.exists(source.resolveSibling(simple + ".java"))
                        || Pattern.compile("\\b(class|record|interface|enum) " + simple + "\\b")
                                .matcher(code)
                                .find();
                if (!taken) {
                    found.add(source + ":" + number + ": import " + name.group(1));
                }
            }
        }
        return found;
    }

    private static String blank(MatchResult comment) {
        return comment.group().replaceAll("[^\n]", " ");
    }
}
