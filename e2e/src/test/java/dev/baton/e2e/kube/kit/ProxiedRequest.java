package dev.baton.e2e.kube.kit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One HTTP request, read to its end.
 *
 * @param target path and query
 */
public record ProxiedRequest(String method, String target, List<String> headers, byte[] body) {
    public static ProxiedRequest read(InputStream in) throws IOException {
        String[] words = line(in).split(" ", 3);
        var headers = new ArrayList<String>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            headers.add(header);
        }
        var head = new ProxiedRequest(words[0], words[1], headers, new byte[0]);
        int length = head.header("content-length").map(Integer::parseInt).orElse(0);
        return new ProxiedRequest(words[0], words[1], headers, in.readNBytes(length));
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.US_ASCII).strip();
    }

    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(header -> header.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** The request unchanged, except that the connection ends with it unless it is upgraded to another protocol. */
    public byte[] bytes() {
        boolean upgrade = header("upgrade").isPresent();
        var text = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        headers.stream()
                .filter(header -> upgrade || !header.toLowerCase(Locale.ROOT).startsWith("connection:"))
                .forEach(header -> text.append(header).append("\r\n"));
        text.append(upgrade ? "\r\n" : "Connection: close\r\n\r\n");
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(text.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    public static Predicate<ProxiedRequest> any() {
        return _ -> true;
    }

    public static Predicate<ProxiedRequest> leases() {
        return request -> request.target.contains("/leases");
    }

    public static Predicate<ProxiedRequest> writes() {
        return leases().negate().and(request -> !request.method.equals("GET"));
    }

    /** @param plural the kind's plural name */
    public static Predicate<ProxiedRequest> watches(String plural) {
        return request -> request.target.contains("/" + plural + "?") && request.target.contains("watch=true");
    }

    /** Whether it lists all objects of a kind, on any page. */
    public static Predicate<ProxiedRequest> lists(String plural) {
        return request -> request.target.contains("/" + plural + "?")
                && request.target.contains("limit=")
                && !request.target.contains("watch=true");
    }

    public static Predicate<ProxiedRequest> laterPages(String plural) {
        return lists(plural).and(request -> request.target.contains("continue="));
    }
}
