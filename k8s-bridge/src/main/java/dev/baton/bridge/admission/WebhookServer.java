package dev.baton.bridge.admission;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the API server at {@code /validate} and {@code /mutate}, and the kubelet at {@code /readyz}. Everything has a
 * bound: the body, the threads, the waiting line, the time that a sender may take.
 */
public final class WebhookServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WebhookServer.class);

    /** The API server takes objects of 3 MB, and sends the old one along. */
    static final int MOST_BYTES = 8 << 20;

    private static final int THREADS = 8;
    private static final int WAITING = 256;

    static {
        // By default the JDK's server waits for ever for the rest of a request and keeps a thread busy. In seconds.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
    }

    private final HttpsServer server;
    private final ThreadPoolExecutor threads;

    private WebhookServer(HttpsServer server, ThreadPoolExecutor threads) {
        this.server = server;
        this.threads = threads;
    }

    /** @param ready whether the objects are there on which verdicts depend */
    public static WebhookServer start(
            InetSocketAddress address, SSLContext tls, Admission admission, BooleanSupplier ready) throws IOException {
        HttpsServer server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        var number = new AtomicInteger();
        var threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name("webhook-" + number.incrementAndGet())
                        .unstarted(task));
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/validate", exchange -> review(exchange, admission::validate));
        server.createContext("/mutate", exchange -> review(exchange, admission::mutate));
        server.createContext("/readyz", exchange -> {
            boolean isReady = ready.getAsBoolean();
            answer(exchange, isReady ? 200 : 503, isReady ? "ok" : "not yet");
        });
        server.createContext("/", exchange -> answer(exchange, 404, "only /validate, /mutate and /readyz are here"));
        server.start();
        return new WebhookServer(server, threads);
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private static void review(HttpExchange exchange, Function<AdmissionRequest, Verdict> judge) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            answer(exchange, 405, exchange.getRequestMethod() + " is not allowed; allowed is POST");
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            answer(exchange, 413, "more than " + MOST_BYTES + " bytes");
            return;
        }
        AdmissionRequest request;
        try {
            request = Reviews.read(body);
        } catch (IllegalArgumentException e) {
            answer(exchange, 400, String.valueOf(e.getMessage()));
            return;
        }
        Verdict verdict;
        try {
            verdict = judge.apply(request);
        } catch (RuntimeException e) {
            // The API server goes on without the webhook; the coordinator still judges the object.
            log.warn("event=admission_failed object={}", request.subject(), e);
            answer(exchange, 500, "cannot judge " + request.subject() + ": " + e.getMessage());
            return;
        }
        if (verdict instanceof Verdict.Denied denied) {
            log.info("event=admission_denied reason=\"{}\"", denied.message());
        }
        send(exchange, 200, "application/json", Reviews.answer(request.uid(), verdict));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
