package dev.baton.prober;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does with each connection whatever the test wants. */
final class RawServer implements AutoCloseable {
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final ServerSocket server;
    private final Manners manners;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Socket> sockets = new ArrayList<>();

    /** What is done with a connection, on a thread of its own; at its end the connection is closed. */
    interface Manners {
        void meet(Socket socket) throws IOException;
    }

    RawServer(Manners manners) {
        this(0, manners);
    }

    RawServer(int port, Manners manners) {
        this.manners = manners;
        try {
            server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** The kernel has taken connections before this process hears of them, so it may take a moment. */
    void awaitAccepted(int count) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (accepted.get() < count) {
            assertTrue(System.nanoTime() - until < 0, () -> "only " + accepted + " were accepted");
            Thread.onSpinWait();
        }
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                synchronized (sockets) {
                    sockets.add(socket);
                }
                Thread.ofVirtual().start(() -> meet(socket));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void meet(Socket socket) {
        try (socket) {
            manners.meet(socket);
        } catch (IOException e) {
            // The prober hung up.
        }
    }

    /** @return whether there was one, up to its empty line */
    static boolean readRequest(Socket socket) throws IOException {
        var last = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0;
                next = socket.getInputStream().read()) {
            last.append((char) next);
            if (last.toString().endsWith("\r\n\r\n")) {
                return true;
            }
        }
        return false;
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Until the other side hangs up. */
    static void waitForEnd(Socket socket) throws IOException {
        socket.getInputStream().skip(Long.MAX_VALUE);
        while (socket.getInputStream().read() >= 0) {
            // Whatever is said is not listened to.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            synchronized (sockets) {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
