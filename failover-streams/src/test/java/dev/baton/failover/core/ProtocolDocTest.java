package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.failover.core.Protocol.Quarantined;
import dev.baton.failover.core.Protocol.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in {@code deploy/docs/protocol.md} is the table that the fold asks. */
class ProtocolDocTest {
    private static final Path DOC = Path.of(System.getProperty("baton.root", ".."), "deploy", "docs", "protocol.md");
    private static final String BEGIN = "<!-- table: printed from Protocol by ProtocolDocTest -->\n";
    private static final String END = "<!-- end of table -->\n";
    private static final boolean RENEW = System.getProperty("stories.renew") != null;

    @Test
    void theDocumentShowsTheTableThatTheFoldAsks() throws IOException {
        String document = Files.readString(DOC);
        int from = document.indexOf(BEGIN);
        int to = document.indexOf(END);
        assertTrue(from >= 0 && to > from, () -> DOC + " has no place for the table");

        String renewed = document.substring(0, from + BEGIN.length()) + table() + document.substring(to);

        if (RENEW) {
            Files.writeString(DOC, renewed);
            return;
        }
        assertEquals(
                renewed,
                document,
                "the table changed. To print it anew: mvn -q -pl failover-streams -am test -Dtest=ProtocolDocTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dstories.renew");
    }

    private static String table() {
        return Protocol.ROWS.stream()
                .map(ProtocolDocTest::line)
                .collect(Collectors.joining(
                        "", "| step | event | next step | reason | what happens |\n|---|---|---|---|---|\n", ""));
    }

    private static String line(Row row) {
        boolean needsNode = row.transition() != row.otherwise();
        String next = next(row.transition()) + (needsNode ? " / " + next(row.otherwise()) : "");
        String what = row.transition().text()
                + (needsNode && row.otherwise() != Transition.WAIT
                        ? " / " + row.otherwise().text()
                        : "")
                + quarantine(row.quarantined());
        return "| " + row.step() + " | " + row.event() + " | " + next + " | " + reasons(row) + " | " + what + " |\n";
    }

    private static String next(Transition transition) {
        return transition.next().map(Object::toString).orElse(transition == Transition.FREE ? "(none)" : "(same)");
    }

    private static String reasons(Row row) {
        return switch (row.transition()) {
            case KEEP, CONFIRM -> "as before";
            case FREE, GATHER, RETRY_LATER, ALERT, EVALUATE -> "-";
            case WAIT,
                    ACQUIRE_BEST,
                    ACQUIRE_SAME_NODE_FIRST,
                    ACQUIRE_SUCCESSOR_FIRST,
                    PREPARE_BEST,
                    PREPARE_REQUESTED,
                    RELEASE_FOR_BEST,
                    RELEASE_FOR_SUCCESSOR,
                    RELEASE_FOR_NOBODY ->
                row.event().reasons().isEmpty()
                        ? "as before"
                        : row.event().reasons().stream()
                                .sorted()
                                .map(Enum::name)
                                .collect(Collectors.joining(", "));
        };
    }

    private static String quarantine(Quarantined whom) {
        return switch (whom) {
            case NOBODY -> "";
            case HOLDER -> "; the holder's node is quarantined for this EIP";
            case SUCCESSOR -> "; the successor's node is quarantined for this EIP";
        };
    }
}
