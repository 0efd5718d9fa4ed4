package dev.baton.e2e.kube.kit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * A proxy in front of an API server that gives the answers a test wants, and passes on everything else, including
 * watches by websocket. One request per connection, in plain text on loopback.
 */
public final class AnsweringProxy implements AutoCloseable {
    /** How requests of one kind are answered while the rule is in force. */
    public static final class Rule {
        private final Predicate<ProxiedRequest> of;
        private final AtomicInteger left;
        private final ProxyAnswer answer;
        private final List<Long> metNanos = new CopyOnWriteArrayList<>();

        private Rule(Predicate<ProxiedRequest> of, int times, ProxyAnswer answer) {
            this.of = of;
            this.left = new AtomicInteger(times);
            this.answer = answer;
        }

        /** How many requests were answered by this rule. */
        public int met() {
            return metNanos.size();
        }

        /** The time from the first answered request to the one with this number. */
        public Duration span(int number) {
            return Duration.ofNanos(metNanos.get(number - 1) - metNanos.getFirst());
        }

        private boolean takes(ProxiedRequest request) {
            boolean taken = of.test(request) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            if (taken) {
                metNanos.add(System.nanoTime());
            }
            return taken;
        }
    }

    private final URI api;
    private final SSLContext tls;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<ProxiedRequest> asked = new CopyOnWriteArrayList<>();

    /** @param config how an administrator reaches the API server; each request keeps its own credentials */
    public AnsweringProxy(Config config) {
        this.api = URI.create(config.getMasterUrl());
        try {
            this.tls = SSLUtils.sslContext(config);
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** The URL for clients, instead of the API server's own. */
    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/";
    }

    /** The rule is in force from now on, until it is ended. */
    public Rule answer(Predicate<ProxiedRequest> of, ProxyAnswer answer) {
        return answer(of, Integer.MAX_VALUE, answer);
    }

    public Rule answer(Predicate<ProxiedRequest> of, int times, ProxyAnswer answer) {
        var rule = new Rule(of, times, answer);
        rules.add(rule);
        return rule;
    }

    public void end(Rule rule) {
        rules.remove(rule);
    }

    public void endAll() {
        rules.clear();
    }

    /** How many such requests have come so far. */
    public long count(Predicate<ProxiedRequest> of) {
        return asked.stream().filter(of).count();
    }

    /** Ends all connections, as when the process that serves them is replaced. */
    public void cut() {
        open.forEach(AnsweringProxy::close);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Thread.ofVirtual().start(() -> serve(near));
            } catch (IOException e) {
                // Accept the next connection; a closed server ends the loop.
            }
        }
    }

    private void serve(Socket near) {
        open.add(near);
        try (near) {
            var in = new BufferedInputStream(near.getInputStream());
            ProxiedRequest request = ProxiedRequest.read(in);
            asked.add(request);
            ProxyAnswer answer = rules.stream()
                    .filter(rule -> rule.takes(request))
                    .findFirst()
                    .map(rule -> rule.answer)
                    .orElse(new ProxyAnswer.Late(Duration.ZERO));
            switch (answer) {
                case ProxyAnswer.Refused refused -> near.getOutputStream().write(refused.bytes());
                case ProxyAnswer.Expired expired -> {
                    near.getOutputStream().write(expired.bytes(request));
                    in.transferTo(OutputStream.nullOutputStream());
                }
                case ProxyAnswer.Late late -> {
                    LockSupport.parkNanos(late.by().toNanos());
                    passOn(request, in, near.getOutputStream());
                }
                case ProxyAnswer.Withheld withheld -> {
                    var whole = new ByteArrayOutputStream();
                    passOn(request, in, whole);
                    withheld.answered().countDown();
                    ProxyAnswer.Withheld.await(withheld.released());
                    near.getOutputStream().write(whole.toByteArray());
                    withheld.handedOn().countDown();
                }
            }
        } catch (IOException e) {
            // One of the two sides closed the connection.
        } finally {
            open.remove(near);
        }
    }

    private void passOn(ProxiedRequest request, InputStream in, OutputStream to) throws IOException {
        try (Socket far = tls.getSocketFactory().createSocket(api.getHost(), api.getPort())) {
            open.add(far);
            far.getOutputStream().write(request.bytes());
            Thread.ofVirtual().start(() -> pump(in, far));
            far.getInputStream().transferTo(new Flushing(to));
        }
    }

    /** Passes on what the client still sends, for example a websocket's closing frame; its end ends the other side. */
    private void pump(InputStream in, Socket far) {
        try (far) {
            in.transferTo(far.getOutputStream());
        } catch (IOException e) {
            // The other side closed the connection.
        } finally {
            open.remove(far);
        }
    }

    /** Flushes after each read, so that a watch's event arrives at once. */
    private static final class Flushing extends FilterOutputStream {
        Flushing(OutputStream to) {
            super(to);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            out.flush();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The connection was closed already.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
