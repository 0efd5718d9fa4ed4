package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.launcher.Baton;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a command, typed by a user, printed, and how it ended. */
record Said(int status, String out, String err) {
    /** In this JVM. Commands print where the process prints, so no two may run at a time. */
    static Said run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var outBytes = new ByteArrayOutputStream();
        var errBytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            int status = Baton.run(arguments);
            return new Said(
                    status, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** The same for this fleet of the tests' broker. */
    static Said at(String fleet, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap", TestBroker.bootstrap(), "--fleet", fleet));
        return run(all.toArray(new String[0]));
    }

    /** It failed, and told so in one line. */
    Said failed(int expected, String... words) {
        assertEquals(expected, status, this::toString);
        assertEquals(1, err.lines().count(), this::toString);
        for (String word : words) {
            assertTrue(err.contains(word), () -> "\"" + word + "\" is missing in " + this);
        }
        return this;
    }

    Said done() {
        assertEquals(0, status, this::toString);
        assertEquals("", err, this::toString);
        return this;
    }

    List<String> cells(int line) {
        return List.of(out.lines().toList().get(line).split(" {2,}"));
    }
}
