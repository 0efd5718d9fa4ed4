package dev.baton.prober;

import static dev.baton.prober.Observed.get2;
import static dev.baton.prober.Observed.local;
import static dev.baton.prober.Observed.patient;
import static dev.baton.prober.Observed.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Probe;
import dev.baton.prober.Outcome.Reason;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class Http2ProbeTest {
    private static final Probe.Question CHECK = new Probe.Grpc("shop.Cart");

    private static Http2Server grpc(byte... message) {
        return new Http2Server(request -> request.headers(false, ":status", "200", "content-type", "application/grpc")
                .data(false, message)
                .headers(true, "grpc-status", "0"));
    }

    @Test
    void aGoodStatusPassesOnAConnectionThatIsKept() {
        var paths = new CopyOnWriteArrayList<String>();
        try (var server = new Http2Server(request -> {
                    paths.add(String.valueOf(request.headers().path()));
                    request.headers(false, ":status", "200").data(true, new byte[1_000]);
                });
                var observed = new Observed()) {
            EndpointAddress endpoint = local(server.port());
            observed.passes(patient(endpoint, get2("/healthz")));
            int accepted = server.accepted();
            observed.await(endpoint, report -> report.passed() && report.inARow() >= 4);
            assertEquals(accepted, server.accepted());
            assertEquals("/healthz", paths.getFirst());
        }
    }

    @Test
    void aBadStatusFails() {
        try (var server = new Http2Server(request -> request.headers(true, ":status", "503"));
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get2("/")), Reason.BAD_STATUS);
        }
    }

    @Test
    void aServerThatNeverAnswersFails() {
        try (var server = new Http2Server(_ -> {});
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get2("/")), Reason.TIMED_OUT);
            assertTrue(server.accepted() >= 2, "a timeout ends the connection");
        }
    }

    @Test
    void aStreamThatIsResetFails() {
        try (var server = new Http2Server(Http2Server.Request::reset);
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get2("/")), Reason.RESET);
        }
    }

    @Test
    void aServerThatSpeaksSomethingElseFails() {
        try (var server = new RawServer(socket -> {
                    RawServer.send(socket, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                    RawServer.waitForEnd(socket);
                });
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get2("/")), Reason.MALFORMED);
        }
    }

    @Test
    void aServerThatGoesAwayAfterItsAnswerIsNoFailure() {
        try (var server = new Http2Server(request -> {
                    request.goAway();
                    request.headers(true, ":status", "200");
                });
                var observed = new Observed()) {
            EndpointAddress endpoint = local(server.port());
            observed.staysHealthy(patient(endpoint, get2("/")), 3);
            assertTrue(server.accepted() >= 3);
        }
    }

    @Test
    void anEndlessBodyIsNotReadToItsEndAndItsStatusCounts() {
        try (var server = new Http2Server(request -> {
                    request.headers(false, ":status", "200");
                    for (int i = 0; i < 20; i++) {
                        request.data(false, new byte[10_000]);
                    }
                });
                var observed = new Observed()) {
            observed.passes(target(local(server.port()), get2("/")));
        }
    }

    @Test
    void manyBodiesDoNotUseTheWindowUp() {
        try (var server = new Http2Server(request -> request.headers(false, ":status", "200")
                        .data(false, new byte[40_000])
                        .data(true, new byte[10_000]));
                var observed = new Observed()) {
            EndpointAddress endpoint = local(server.port());
            observed.passes(patient(endpoint, get2("/")));
            int accepted = server.accepted();
            observed.await(endpoint, report -> report.passed() && report.inARow() >= 4);
            assertEquals(accepted, server.accepted());
        }
    }

    @Test
    void aServiceThatServesPasses() {
        var bodies = new CopyOnWriteArrayList<Integer>();
        var headers = new CopyOnWriteArrayList<String>();
        try (var server = new Http2Server(request -> {
                    bodies.add(request.body().readableBytes());
                    headers.add(
                            request.headers().path() + " " + request.headers().get("te"));
                    request.headers(false, ":status", "200", "content-type", "application/grpc")
                            .data(false, new byte[] {0, 0, 0, 0, 2, 8, 1})
                            .headers(true, "grpc-status", "0");
                });
                var observed = new Observed()) {
            observed.passes(patient(local(server.port()), CHECK));
            assertEquals("/grpc.health.v1.Health/Check trailers", headers.getFirst());
            assertEquals(5 + 2 + "shop.Cart".length(), bodies.getFirst());
        }
    }

    @Test
    void aServiceThatDoesNotServeFails() {
        try (var server = grpc(new byte[] {0, 0, 0, 0, 2, 8, 2});
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), CHECK), Reason.NOT_SERVING);
        }
    }

    @Test
    void aServiceThatIsNotKnownFails() {
        try (var server = new Http2Server(request -> request.headers(
                        true, ":status", "200", "grpc-status", "5", "grpc-message", "unknown service"));
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), CHECK), Reason.NOT_SERVING);
        }
    }

    @Test
    void aProxyWithoutTheServiceBehindItFails() {
        try (var server = new Http2Server(request -> request.headers(true, ":status", "503"));
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), CHECK), Reason.BAD_STATUS);
        }
    }

    @Test
    void anAnswerThatIsNoMessageFails() {
        try (var server = grpc(new byte[] {0, 0, 0, 0, 9, 8, 1});
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), CHECK), Reason.MALFORMED);
        }
    }
}
