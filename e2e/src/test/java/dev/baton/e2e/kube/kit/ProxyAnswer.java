package dev.baton.e2e.kube.kit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The answer of a proxy in place of the API server. */
public sealed interface ProxyAnswer {
    /** The API server's own answer, but late. */
    public record Late(Duration by) implements ProxyAnswer {}

    /** The API server's own answer, to a request that it got at once; handed on only when it is released. */
    public record Withheld(CountDownLatch answered, CountDownLatch released, CountDownLatch handedOn)
            implements ProxyAnswer {
        private static final long LIMIT_S = 60;

        public Withheld() {
            this(new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1));
        }

        /** Waits until the API server has answered. */
        public void awaitAnswer() {
            await(answered);
        }

        /** Hands the answer on, and returns when that is done. */
        public void release() {
            released.countDown();
            await(handedOn);
        }

        static void await(CountDownLatch latch) {
            try {
                if (!latch.await(LIMIT_S, TimeUnit.SECONDS)) {
                    throw new AssertionError("not within " + LIMIT_S + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** An error with a body as Kubernetes writes it. */
    public record Refused(int code, String reason, String message, Optional<Duration> retryAfter)
            implements ProxyAnswer {
        byte[] bytes() {
            byte[] body = status(code, reason, message).getBytes(StandardCharsets.UTF_8);
            String head = "HTTP/1.1 " + code + " " + reason + "\r\nContent-Type: application/json\r\n"
                    + retryAfter
                            .map(after -> "Retry-After: " + after.toSeconds() + "\r\n")
                            .orElse("")
                    + "Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
            return joined(head.getBytes(StandardCharsets.US_ASCII), body);
        }
    }

    /** A watch that starts normally, and whose first event says that its version is too old. */
    public record Expired() implements ProxyAnswer {
        private static final String WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        private static final int TEXT = 0x81;
        private static final int LENGTH_IN_TWO_BYTES = 126;
        private static final byte[] NORMAL_END = {(byte) 0x88, 2, 0x03, (byte) 0xe8};

        byte[] bytes(ProxiedRequest request) {
            String key = request.header("sec-websocket-key").orElseThrow();
            String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n";
            String status = status(410, "Expired", "too old resource version: 1 (2)");
            byte[] event = ("{\"type\":\"ERROR\",\"object\":" + status + "}").getBytes(StandardCharsets.UTF_8);
            byte[] frame = {
                (byte) TEXT, (byte) LENGTH_IN_TWO_BYTES, (byte) (event.length >> Byte.SIZE), (byte) event.length
            };
            return joined(head.getBytes(StandardCharsets.US_ASCII), frame, event, NORMAL_END);
        }

        private static String accept(String key) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-1")
                        .digest((key + WEBSOCKET).getBytes(StandardCharsets.US_ASCII));
                return Base64.getEncoder().encodeToString(hash);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public static ProxyAnswer conflict() {
        return new Refused(
                409, "Conflict", "the object has been modified; please apply your changes", Optional.empty());
    }

    public static ProxyAnswer gone() {
        return new Refused(410, "Expired", "too old resource version: 1 (2)", Optional.empty());
    }

    public static ProxyAnswer tooMany(Duration retryAfter) {
        return new Refused(
                429, "TooManyRequests", "too many requests, please try again later", Optional.of(retryAfter));
    }

    public static ProxyAnswer broken() {
        return new Refused(500, "InternalError", "etcdserver: request timed out", Optional.empty());
    }

    public static ProxyAnswer unavailable() {
        return new Refused(503, "ServiceUnavailable", "apiserver is shutting down", Optional.empty());
    }

    private static String status(int code, String reason, String message) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\""
                + message + "\",\"reason\":\"" + reason + "\",\"code\":" + code + "}";
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
