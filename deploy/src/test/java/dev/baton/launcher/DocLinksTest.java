package dev.baton.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links of the README and of the documents lead somewhere, and no document or decision note is without a link. */
class DocLinksTest {
    private static final Path ROOT = Path.of(System.getProperty("baton.root", ".."));
    private static final Path DOCS = ROOT.resolve("deploy/docs");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        var dead = new ArrayList<String>();
        for (Path page : pages()) {
            for (Path target : links(page)) {
                if (!Files.exists(target)) {
                    dead.add(page + " -> " + target);
                }
            }
        }
        assertEquals(List.of(), dead);
    }

    @Test
    void everyDocumentAndEveryDecisionNoteIsLinked() throws IOException {
        var linked = new ArrayList<Path>();
        for (Path page : pages()) {
            linked.addAll(links(page));
        }
        assertTrue(linked.size() > 40, () -> "only " + linked.size() + " links were found");
        List<Path> unknown = Stream.concat(documents().stream(), decisions().stream())
                .map(page -> page.toAbsolutePath().normalize())
                .filter(page -> !linked.contains(page))
                .toList();
        assertEquals(List.of(), unknown, "link it from the README, a document, or deploy/docs/decisions.md");
    }

    private static List<Path> links(Path page) throws IOException {
        var links = new ArrayList<Path>();
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
            links.add(page.toAbsolutePath().resolveSibling(link.group(1)).normalize());
        }
        return links;
    }

    private static List<Path> pages() throws IOException {
        return Stream.concat(Stream.of(ROOT.resolve("README.md")), documents().stream())
                .toList();
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> decisions() throws IOException {
        var notes = new ArrayList<Path>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.filter(Files::isDirectory).sorted().toList()) {
                Path folder = module.resolve("decisions");
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.list(folder)) {
                        notes.addAll(files.sorted().toList());
                    }
                }
            }
        }
        return notes;
    }
}
