package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.launcher.jvm.JavaCommand;
import dev.baton.launcher.jvm.JvmOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lab that is asked to end half-way leaves nothing behind; one that is killed leaves what the next one removes. */
@NeedsLab
class InterruptedLabE2E {
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void anInterruptedLabRemovesAllThatItMade() throws Exception {
        Process lab = startedLab("interrupted");
        lab.destroy();
        assertTrue(lab.waitFor(60, TimeUnit.SECONDS), "it ends when asked to");
        assertEquals(List.of(), namespacesOf(lab));
    }

    @Test
    void whatAKilledLabLeftIsRemovedByTheNext() throws Exception {
        Process killed = startedLab("killed");
        killed.destroyForcibly().waitFor();
        assertTrue(!namespacesOf(killed).isEmpty(), "nothing was left: this proves nothing");

        Process next = startedLab("next");
        assertEquals(List.of(), namespacesOf(killed));
        next.destroy();
        assertTrue(next.waitFor(60, TimeUnit.SECONDS), "it ends when asked to");
        assertEquals(List.of(), namespacesOf(next));
    }

    /** A lab in the middle of making its network. */
    private Process startedLab(String name) throws IOException {
        List<String> command = JavaCommand.of(JvmOptions.COMMON)
                .with("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + folder)
                .baton(List.of("lab"));
        Process lab = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (namespacesOf(lab).size() < 4) {
            if (!lab.isAlive() || System.nanoTime() - deadline > 0) {
                lab.destroy();
                throw new AssertionError("no lab: " + Files.readString(folder.resolve(name + ".log")));
            }
            LockSupport.parkNanos(1_000_000);
        }
        return lab;
    }

    private static List<String> namespacesOf(Process lab) throws IOException {
        if (!Files.isDirectory(NAMESPACES)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(NAMESPACES)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("baton-" + lab.pid() + "-"))
                    .toList();
        }
    }
}
