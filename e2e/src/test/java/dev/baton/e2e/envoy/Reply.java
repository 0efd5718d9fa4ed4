package dev.baton.e2e.envoy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The answer to one request.
 *
 * @param status 0: the connection broke
 */
record Reply(int status, String body) {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** On a connection of its own, and with a Host header that the JDK's client would not let one choose. */
    static Reply to(int port, String host) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Reply(0, String.valueOf(e.getMessage()));
        }
    }

    private static Reply of(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (!text.startsWith("HTTP/1.1 ") || end < 0) {
            return new Reply(0, text);
        }
        return new Reply(Integer.parseInt(text.substring(9, 12)), text.substring(end + 4));
    }

    boolean isFrom(String backend) {
        return status == 200 && body.equals(backend);
    }
}
