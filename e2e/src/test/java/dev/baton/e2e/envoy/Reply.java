package dev.baton.e2e.envoy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The answer to one request.
 *
 * @param status 0: there was none
 */
record Reply(int status, String body) {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");
    private static final String END = "\r\n\r\n";

    /** On a connection of its own, and with a Host header that the JDK's client would not let one choose. */
    static Reply to(int port, String host) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + END).getBytes(StandardCharsets.US_ASCII));
            return read(socket.getInputStream());
        } catch (IOException e) {
            return new Reply(0, String.valueOf(e.getMessage()));
        }
    }

    /** Not until the end of the connection, which Envoy keeps for a second after answers of its own. */
    private static Reply read(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < END.length()
                || !head.substring(head.length() - END.length()).equals(END)) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("after \"" + head + '"');
            }
            head.append((char) next);
        }
        var length = LENGTH.matcher(head);
        byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return new Reply(Integer.parseInt(head.substring(9, 12)), new String(body, StandardCharsets.UTF_8));
    }

    boolean isFrom(String backend) {
        return status == 200 && body.equals(backend);
    }
}
