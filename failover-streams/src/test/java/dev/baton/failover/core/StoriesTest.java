package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each story in {@code src/test/resources/stories}, played again, gives the transcript that is written there. */
class StoriesTest {
    private static final Path STORIES =
            Path.of(System.getProperty("baton.root", ".."), "failover-streams", "src", "test", "resources", "stories");
    private static final boolean RENEW = System.getProperty("stories.renew") != null;

    static Stream<String> stories() throws IOException {
        try (Stream<Path> files = Files.list(STORIES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("stories")
    void isToldAsItIsWritten(String name) throws IOException {
        Path file = STORIES.resolve(name);
        String written = Files.readString(file);

        String played = StoryScript.play(written.lines().toList());

        if (RENEW) {
            Files.writeString(file, played);
            return;
        }
        assertTrue(played.contains("fleet@"), "a story needs at least one command");
        assertEquals(
                written,
                played,
                () -> name
                        + " is told otherwise now. If that is meant, renew the transcripts and read the difference:\n"
                        + "mvn -q -pl failover-streams -am test -Dtest=StoriesTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dstories.renew && git diff");
    }
}
