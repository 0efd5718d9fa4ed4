package dev.baton.datapath.linux.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Makes sockets in a network namespace of {@code ip netns}. A socket stays in the namespace of the thread that made it.
 */
public final class NetworkNamespace {
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final MethodHandle SETNS = CLibrary.ofInts("setns", 2);
    private static final MethodHandle OPEN =
            CLibrary.function("open", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

    private NetworkNamespace() {}

    /**
     * Runs {@code work} inside the namespace, on a thread of its own that ends with it.
     *
     * @throws CompletionException with what {@code work} threw
     */
    public static <T> T call(String namespace, Callable<T> work) {
        var done = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().name("netns-" + namespace).start(() -> {
            try {
                enter(namespace);
                done.complete(work.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.join();
    }

    private static void enter(String namespace) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] path = ("/run/netns/" + namespace + "\0").getBytes(StandardCharsets.UTF_8);
            MemorySegment text = arena.allocate(path.length);
            MemorySegment.copy(path, 0, text, ValueLayout.JAVA_BYTE, 0, path.length);
            int file = (int) OPEN.invokeExact(text, O_RDONLY_CLOEXEC);
            int entered = (int) SETNS.invokeExact(file, CLONE_NEWNET);
            if (file >= 0) {
                CLibrary.close(file);
            }
            if (file < 0 || entered < 0) {
                throw new IllegalStateException("namespace " + namespace + " could not be entered");
            }
        } catch (Throwable e) {
            throw CLibrary.unchecked(e);
        }
    }
}
