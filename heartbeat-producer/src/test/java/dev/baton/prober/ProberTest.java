package dev.baton.prober;

import static dev.baton.prober.Observed.get;
import static dev.baton.prober.Observed.local;
import static dev.baton.prober.Observed.patient;
import static dev.baton.prober.Observed.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.Probe;
import dev.baton.prober.Outcome.Reason;
import dev.baton.prober.core.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ProberTest {
    private static final Probe.Question TCP = new Probe.Tcp();
    private static final RawServer.Manners ANSWERING = socket -> {
        while (RawServer.readRequest(socket)) {
            RawServer.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    };

    /** One that nobody listens on: it was given, and given back. */
    private static int freePort() {
        try (var server = new RawServer(_ -> {})) {
            return server.port();
        }
    }

    @Test
    void aConnectionIsEnoughForTcp() {
        try (var server = new RawServer(RawServer::waitForEnd);
                var observed = new Observed()) {
            observed.passes(target(local(server.port()), TCP));
            server.awaitAccepted(3);
        }
    }

    @Test
    void nobodyListens() {
        try (var observed = new Observed()) {
            observed.fails(target(local(freePort()), TCP), Reason.REFUSED);
        }
    }

    @Test
    void aServerThatIsSilentFails() {
        try (var server = new RawServer(RawServer::waitForEnd);
                var observed = new Observed()) {
            observed.fails(target(local(server.port()), get("/")), Reason.TIMED_OUT);
            server.awaitAccepted(3);
        }
    }

    @Test
    void aNameIsResolved() {
        try (var server = new RawServer(ANSWERING);
                var observed = new Observed()) {
            var endpoint = new EndpointAddress("localhost", server.port());
            observed.passes(target(endpoint, get("/")));
            assertTrue(server.accepted() >= 1);
        }
    }

    @Test
    void aNameWithoutAnAddressFails() {
        try (var observed = new Observed()) {
            // The first part is longer than a name's part may be, so that nobody is asked for it.
            observed.fails(target(new EndpointAddress("a".repeat(64) + ".invalid", 80), TCP), Reason.UNRESOLVED);
        }
    }

    @Test
    void changesAreReportedOnceAndRefreshesGoOn() {
        int port;
        try (var observed = new Observed()) {
            EndpointAddress endpoint;
            try (var server = new RawServer(ANSWERING)) {
                port = server.port();
                endpoint = local(port);
                observed.ask(patient(endpoint, get("/")));
                observed.await(endpoint, report -> report.passed() && report.inARow() >= 4);
            }
            observed.await(endpoint, report -> !report.passed() && report.inARow() >= 4);
            try (var _ = new RawServer(port, ANSWERING)) {
                long gone = observed.of(endpoint).size();
                observed.await(endpoint, report -> report.passed() && report.sequence() > 1_000 + gone);
            }
            List<ProbeReported> reports = observed.of(endpoint);
            for (int i = 0; i < reports.size(); i++) {
                assertEquals(1_000 + i, reports.get(i).sequence());
            }
            long changes = 0;
            int first = reports.indexOf(
                    reports.stream().filter(ProbeReported::passed).findFirst().orElseThrow());
            for (int i = first + 1; i < reports.size(); i++) {
                changes += reports.get(i).passed() == reports.get(i - 1).passed() ? 0 : 1;
            }
            assertEquals(2, changes, reports::toString);
        }
    }

    @Test
    void oneThatIsRemovedIsAskedNoMore() {
        try (var going = new RawServer(RawServer::waitForEnd);
                var staying = new RawServer(ANSWERING);
                var observed = new Observed()) {
            Target gone = target(local(going.port()), TCP);
            Target stays = patient(local(staying.port()), get("/"));
            observed.ask(gone, stays);
            observed.await(gone.endpoint(), report -> report.inARow() >= 2);
            observed.ask(stays);
            // Once a report has come after the set was replaced on the loop, nothing can be on its way to the other.
            observed.await(stays.endpoint(), report -> report.inARow() >= 4);
            int sequence = observed.of(stays.endpoint()).getLast().inARow();
            observed.await(stays.endpoint(), report -> report.inARow() >= sequence + 2);
            int kept = staying.accepted();
            int asked = going.accepted();
            int told = observed.of(gone.endpoint()).size();
            observed.await(stays.endpoint(), report -> report.inARow() >= sequence + 4);
            assertEquals(asked, going.accepted());
            assertEquals(told, observed.of(gone.endpoint()).size());
            assertEquals(kept, staying.accepted(), "the other's connection is kept");
        }
    }

    @Test
    void anotherQuestionIsAskedFromNowOn() {
        try (var server = new RawServer(ANSWERING);
                var observed = new Observed()) {
            EndpointAddress endpoint = local(server.port());
            observed.passes(target(endpoint, get("/")));
            observed.ask(target(endpoint, Observed.get2("/")));
            observed.await(endpoint, report -> !report.passed());
        }
    }

    @Test
    void anotherIntervalKeepsTheConnection() {
        try (var server = new RawServer(ANSWERING);
                var observed = new Observed()) {
            EndpointAddress endpoint = local(server.port());
            observed.passes(patient(endpoint, get("/")));
            int accepted = server.accepted();
            observed.ask(new Target(endpoint, new Probe(get("/"), Duration.ofMillis(260), Duration.ofMillis(260))));
            observed.await(endpoint, report -> report.inARow() >= 5);
            assertEquals(accepted, server.accepted());
        }
    }

    @Test
    void aHealthyOneBesideSilentOnesIsNotDelayed() {
        try (var silent = new RawServer(RawServer::waitForEnd);
                var other = new RawServer(RawServer::waitForEnd);
                var healthy = new RawServer(ANSWERING);
                var observed = new Observed()) {
            EndpointAddress endpoint = local(healthy.port());
            observed.ask(
                    target(local(silent.port()), get("/")),
                    target(local(other.port()), get("/")),
                    patient(endpoint, get("/")));
            observed.await(endpoint, report -> report.passed() && report.inARow() >= 5);
            observed.await(local(silent.port()), report -> !report.passed());
            assertTrue(observed.of(endpoint).stream()
                    .dropWhile(report -> !report.passed())
                    .allMatch(report -> report.passed()));
        }
    }

    @Test
    void afterItsCloseNothingIsReported() {
        try (var server = new RawServer(ANSWERING)) {
            EndpointAddress endpoint = local(server.port());
            var observed = new Observed();
            try (observed) {
                observed.passes(target(endpoint, get("/")));
            }
            List<ProbeReported> reports = observed.of(endpoint);
            observed.ask(target(endpoint, get("/other")));
            assertEquals(reports, observed.of(endpoint));
        }
    }

    @Test
    void anEndpointThatIsNamedTwiceIsRefused() {
        try (var observed = new Observed()) {
            var refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> observed.ask(target(local(80), TCP), target(local(80), get("/"))));
            assertEquals(
                    "targets: endpoint 127.0.0.1:80 is named twice; one probe for each is allowed",
                    refused.getMessage());
        }
    }

    /** Whoever takes the reports holds the loop up, as a long collection of garbage would. */
    @Test
    void anAnswerThatCameInTimeCountsEvenIfTheProberWasHaltedMeanwhile() {
        try (var slow = new RawServer(socket -> {
                    while (RawServer.readRequest(socket)) {
                        LockSupport.parkNanos(20_000_000);
                        RawServer.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                var observed = new Observed(_ -> LockSupport.parkNanos(120_000_000))) {
            EndpointAddress endpoint = local(slow.port());
            Target nobody = target(local(freePort()), TCP);
            observed.ask(target(endpoint, get("/")), nobody);
            observed.await(endpoint, report -> report.passed() && report.inARow() >= 2);
            observed.await(nobody.endpoint(), report -> report.inARow() >= 5);
            assertTrue(observed.of(endpoint).stream()
                    .dropWhile(report -> !report.passed())
                    .allMatch(ProbeReported::passed));
        }
    }
}
