package dev.baton.tidy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One layout for all sources: 4 spaces, 120 columns, sorted imports. A machine keeps it, so nobody discusses it. */
class FormatTest {
    private static final Path ROOT = Path.of(System.getProperty("baton.root", ".."));
    private static final boolean APPLY = System.getProperty("format.apply") != null;
    private static final Set<String> SKIPPED = Set.of("target", ".git", ".idea");

    private static final Formatter FORMATTER = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());

    @Test
    void everySourceIsFormatted() throws IOException {
        List<Path> sources = sources();
        assertTrue(sources.size() > 50, () -> "only " + sources.size() + " sources below " + ROOT.toAbsolutePath());
        List<Path> different =
                sources.parallelStream().filter(FormatTest::differs).sorted().toList();
        assertTrue(
                different.isEmpty(),
                () -> "not formatted: " + different
                        + "\nto rewrite them: mvn -q -pl schemas test -Dtest=FormatTest -Dformat.apply");
    }

    /**
     * What the formatter leaves alone: lines of comments that are longer than code may be, and qualified names in the
     * code where an import would do.
     */
    @Test
    void commentsFitTheLineAndNamesAreImported() throws IOException {
        var untidy = new ArrayList<String>();
        for (Path source : sources()) {
            untidy.addAll(Untidy.in(source));
        }
        assertTrue(untidy.isEmpty(), () -> String.join("\n", untidy));
    }

    /** Whether the file is to be reported; in apply mode it is rewritten instead. */
    private static boolean differs(Path source) {
        try {
            String text = Files.readString(source);
            String formatted = FORMATTER.formatSourceAndFixImports(text);
            if (formatted.equals(text)) {
                return false;
            }
            if (APPLY) {
                Files.writeString(source, formatted);
            }
            return !APPLY;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (FormatterException e) {
            throw new IllegalStateException(source + " cannot be parsed", e);
        }
    }

    private static List<Path> sources() throws IOException {
        var sources = new ArrayList<Path>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return SKIPPED.contains(directory
                                .toAbsolutePath()
                                .normalize()
                                .getFileName()
                                .toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }
}
