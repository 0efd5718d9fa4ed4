package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Kafka acknowledges heartbeats that the fold ignores, and an acknowledgement renews a lease. Decision 0011 says for
 * each reason why nobody holds an EIP by it.
 */
class IgnoredDocTest {
    private static final Path NOTE = Path.of(
            System.getProperty("baton.root", ".."),
            "failover-streams",
            "decisions",
            "0011-what-nobody-can-read-counts-as-life.md");

    @Test
    void eachReasonHasItsArgument() throws IOException {
        String table = Files.readString(NOTE)
                .lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split("\\|")[1])
                .collect(Collectors.joining(","));
        List<Ignored> missing = Arrays.stream(Ignored.values())
                .filter(why -> !List.of(table.split("[ ,]+")).contains(why.name()))
                .toList();
        assertEquals(List.of(), missing);
    }
}
