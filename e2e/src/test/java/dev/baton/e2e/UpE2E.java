package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code baton up} as a newcomer meets it: a process, commands through its input, lines from its output. */
class UpE2E {
    private static final String EIP = "10.6.1.55";
    private static final Pattern HELD = Pattern.compile("^\\S+  (\\S+) is held by ([^# ]+)#\\d+ ");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private BatonProcess up(String... more) throws IOException {
        var arguments =
                new ArrayList<>(List.of("up", "--port", "0", "--update-period", "200ms", "--monitor-period", "100ms"));
        arguments.addAll(List.of("--eviction-timeout", "1500ms"));
        arguments.addAll(List.of(more));
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        return BatonProcess.start(temporary, arguments.toArray(new String[0]));
    }

    private static void settle(BatonProcess up) {
        up.type("settle");
        up.await("^settled$");
    }

    /** Who holds each EIP, by what was printed last. */
    private static SortedMap<String, String> holders(BatonProcess up) {
        var holders = new TreeMap<String, String>();
        for (String line : up.lines()) {
            Matcher held = HELD.matcher(line);
            if (held.find()) {
                holders.put(held.group(1), held.group(2));
            }
        }
        return holders;
    }

    private static String holder(BatonProcess up) {
        return holders(up).entrySet().stream()
                .filter(held -> held.getKey().startsWith(EIP + "+"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("nobody");
    }

    private void quit(BatonProcess up) throws InterruptedException, IOException {
        up.type("quit");
        assertEquals(0, up.awaitExit(), up::text);
        try (var left = Files.list(directory.resolve("tmp"))) {
            assertEquals(List.of(), left.filter(Files::isDirectory).toList(), "temporary folders that are left");
        }
        assertFalse(up.text().contains("\tat "), () -> "a stack trace:\n" + up.text());
    }

    @Test
    void livesThroughEverythingThatCanBeTyped() throws Exception {
        try (BatonProcess up = up()) {
            String first = up.await("^first decision (\\S+) after the start").group(1);
            System.out.println("baton up: first decision " + first + " after the start");
            settle(up);

            String dead = holder(up);
            up.type("kill " + dead);
            settle(up);
            assertNotEquals(dead, holder(up), up::text);
            up.type("why " + EIP);
            up.await(" goes to .* from " + dead + ".* reason=HOLDER_TIMED_OUT");
            up.await("because fleet@.*: " + dead + "#\\d+ became HeartbeatTimeout");
            up.type("start " + dead);
            settle(up);

            String frozen = holder(up);
            up.type("freeze " + frozen);
            settle(up);
            assertNotEquals(frozen, holder(up), up::text);
            up.type("thaw " + frozen);
            settle(up);

            String drained = holder(up);
            up.type("drain " + drained);
            settle(up);
            assertNotEquals(drained, holder(up), up::text);
            up.type("move " + EIP + " " + drained);
            up.await("^refused ");
            up.type("undrain " + drained);
            up.await("^accepted");
            up.type("move " + EIP + " " + drained);
            settle(up);
            assertEquals(drained, holder(up), up::text);

            up.type("stop coordinator");
            String unseen = holder(up);
            up.type("kill " + unseen);
            up.type("start coordinator");
            settle(up);
            assertNotEquals(unseen, holder(up), up::text);
            quit(up);
        }
    }

    @Test
    void keepsItsLogOverARestart() throws Exception {
        String data = directory.resolve("data").toString();
        SortedMap<String, String> before;
        try (BatonProcess up = up("--data", data)) {
            settle(up);
            before = holders(up);
            assertEquals(3, before.size(), up::text);
            quit(up);
        }
        try (BatonProcess up = up("--data", data)) {
            settle(up);
            up.type("why " + EIP);
            up.await("policy default/web bound to " + EIP);
            quit(up);
            assertTrue(before.keySet().containsAll(holders(up).keySet()), up::text);
            assertFalse(up.text().contains(" allocated, mark"), up::text);
        }
    }

    @Test
    void answersAMistakeWithOneLineAndGoesOn() throws Exception {
        try (BatonProcess up = up()) {
            for (String mistake : List.of(
                    "jump node1",
                    "kill",
                    "kill node9",
                    "kill NODE_1",
                    "why",
                    "why 1.2.3",
                    "why 10.9.9.9",
                    "wait 3",
                    "move " + EIP,
                    "move 10.9.9.9 node1",
                    "drain node9",
                    "stop node1",
                    "start node9")) {
                up.type(mistake);
                up.await("^> " + Pattern.quote(mistake) + "$");
                String answer = up.await("^(error: |refused )(.*)").group(2);
                assertTrue(answer.length() > 10, () -> mistake + " -> " + answer);
                System.out.println("    " + mistake + " -> " + answer);
            }
            quit(up);
        }
    }
}
