package dev.baton.e2e.kube.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A connection to the API server that can be cut: every connection through the proxy ends at once, in the middle of a
 * watch or a write.
 */
public final class CuttingProxy implements AutoCloseable {
    private final ServerSocket server;
    private final InetSocketAddress to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public CuttingProxy(String masterUrl) {
        URI url = URI.create(masterUrl);
        this.to = new InetSocketAddress(url.getHost(), url.getPort());
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** The URL for clients. The API server's certificate is valid for this address too. */
    public String url() {
        return "https://127.0.0.1:" + server.getLocalPort() + "/";
    }

    public void cut() {
        for (Socket socket : open) {
            close(socket);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                var far = new Socket();
                open.add(near);
                open.add(far);
                far.connect(to);
                Thread.ofVirtual().start(() -> pump(near, far));
                Thread.ofVirtual().start(() -> pump(far, near));
            } catch (IOException e) {
                // Accept the next connection; a closed server ends the loop.
            }
        }
    }

    private void pump(Socket from, Socket into) {
        try (from;
                into) {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // The connection was cut.
        } finally {
            open.remove(from);
            open.remove(into);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // The connection was closed already, by either side.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
