package dev.baton.prober;

import static dev.baton.prober.Observed.get;
import static dev.baton.prober.Observed.local;
import static dev.baton.prober.Observed.patient;
import static dev.baton.prober.Observed.target;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Probe;
import dev.baton.prober.Outcome.Reason;
import dev.baton.prober.core.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class Http1ProbeTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static HttpServer server(int status, byte[] body) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }

    @Test
    void aGoodStatusPasses() throws IOException {
        HttpServer server = server(204, new byte[0]);
        try (var observed = new Observed()) {
            observed.passes(target(local(server.getAddress().getPort()), get("/healthz")));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aBadStatusFailsUnlessItIsWanted() throws IOException {
        HttpServer server = server(503, new byte[100]);
        EndpointAddress endpoint = local(server.getAddress().getPort());
        try (var observed = new Observed();
                var other = new Observed()) {
            observed.fails(target(endpoint, get("/")), Reason.BAD_STATUS);
            var wanted = new TreeSet<Integer>();
            wanted.add(503);
            other.passes(target(endpoint, new Probe.Http(Probe.Version.HTTP_1_1, "", "/", wanted)));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theConnectionIsKept() {
        try (var server = new RawServer(socket -> {
                    while (RawServer.readRequest(socket)) {
                        RawServer.send(socket, OK);
                    }
                });
                var observed = new Observed()) {
            EndpointAddress endpoint = local(server.port());
            observed.passes(patient(endpoint, get("/")));
            int accepted = server.accepted();
            observed.await(endpoint, report -> report.inARow() >= 4);
            assertEquals(accepted, server.accepted());
        }
    }

    @Test
    void aConnectionThatWasClosedWhileIdleIsNoFailure() {
        try (var server = new RawServer(socket -> {
                    RawServer.readRequest(socket);
                    RawServer.send(socket, OK);
                });
                var observed = new Observed()) {
            EndpointAddress endpoint = local(server.port());
            observed.staysHealthy(patient(endpoint, get("/")), 3);
        }
    }

    /** The server reads the second question and closes: exactly what a race with its idle timeout looks like. */
    @Test
    void aConnectionThatIsClosedUponTheNextQuestionIsNoFailure() {
        try (var server = new RawServer(socket -> {
                    RawServer.readRequest(socket);
                    RawServer.send(socket, OK);
                    RawServer.readRequest(socket);
                });
                var observed = new Observed()) {
            EndpointAddress endpoint = local(server.port());
            observed.staysHealthy(patient(endpoint, get("/")), 3);
            assertEquals(0, observed.count("RESET"));
        }
    }

    @Test
    void oneThatAlwaysClosesAtOnceFails() {
        try (var server = new RawServer(_ -> {});
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get("/")), Reason.RESET);
        }
    }

    @Test
    void garbageFails() {
        try (var server = new RawServer(socket -> {
                    RawServer.readRequest(socket);
                    RawServer.send(socket, "220 mail.example.org ESMTP\r\n\r\n");
                    RawServer.waitForEnd(socket);
                });
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get("/")), Reason.MALFORMED);
        }
    }

    @Test
    void anEndlessBodyIsNotReadToItsEndAndItsStatusCounts() {
        try (var server = new RawServer(socket -> {
                    RawServer.readRequest(socket);
                    RawServer.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                    OutputStream out = socket.getOutputStream();
                    for (long sent = 0; sent < 1_000_000_000L; sent += 10_000) {
                        out.write(new byte[10_000]);
                    }
                });
                var observed = new Observed()) {
            Target target = target(local(server.port()), get("/"));
            observed.passes(target);
            server.awaitAccepted(3);
        }
    }

    @Test
    void anAnswerThatStopsInItsMidstFails() {
        try (var server = new RawServer(socket -> {
                    RawServer.readRequest(socket);
                    RawServer.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
                    RawServer.waitForEnd(socket);
                });
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get("/")), Reason.TIMED_OUT);
        }
    }

    @Test
    void interimAnswersAreNotTheAnswer() {
        try (var server = new RawServer(socket -> {
                    while (RawServer.readRequest(socket)) {
                        RawServer.send(socket, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                        RawServer.send(socket, "HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get("/")), Reason.BAD_STATUS);
        }
    }

    @Test
    void whatIsDeclaredMakesNoSecondRequest() throws IOException {
        var paths = new CopyOnWriteArrayList<String>();
        HttpServer server = server(200, new byte[0]);
        server.createContext("/a", exchange -> {
            try (exchange) {
                paths.add(exchange.getRequestURI().getRawPath());
                paths.add(exchange.getRequestHeaders().getFirst("Host"));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        try (var observed = new Observed()) {
            var question = new Probe.Http(
                    Probe.Version.HTTP_1_1, "web\r\nX: y", "/a HTTP/1.1\r\n\r\nDELETE /b", new TreeSet<>());
            observed.passes(target(local(server.getAddress().getPort()), question));
            assertEquals("/a%20HTTP/1.1%0D%0A%0D%0ADELETE%20/b", paths.getFirst());
            assertEquals("web%0D%0AX:%20y", paths.get(1));
        } finally {
            server.stop(0);
        }
    }
}
