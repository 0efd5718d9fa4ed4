package dev.baton.e2e.kube;

import static dev.baton.e2e.kube.kit.ProxiedRequest.leases;
import static dev.baton.e2e.kube.kit.ProxiedRequest.writes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.Bridge;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.AnsweringProxy;
import dev.baton.e2e.kube.kit.AnsweringProxy.Rule;
import dev.baton.e2e.kube.kit.BridgeLog;
import dev.baton.e2e.kube.kit.KubeFleet;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.Kubectl;
import dev.baton.e2e.kube.kit.NeedsKube;
import dev.baton.e2e.kube.kit.ProxyAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever the API server answers about the Lease, at most one replica leads, and one does as soon as it can. */
@NeedsKube
class BridgeElectionE2E {
    private static final Duration SOON = Eventually.LONG;
    private static final int WRITES_PER_SECOND = 200;

    private static int fleets;

    @RegisterExtension
    private final KubeServer kube = KubeServer.with("none");

    @SuppressWarnings("NullAway.Init")
    private KubeFleet fleet;

    @SuppressWarnings("NullAway.Init")
    private AnsweringProxy proxy;

    @SuppressWarnings("NullAway.Init")
    private BridgeLog log;

    @SuppressWarnings("NullAway.Init")
    private Bridge first;

    @BeforeEach
    void start() throws InterruptedException {
        log = new BridgeLog();
        fleet = new KubeFleet(kube.api(), "bridge-election-" + fleets++, kube.folder());
        fleet.addNode("node1", 1, "egress: 'true'");
        proxy = new AnsweringProxy(kube.api().client().getConfiguration());
        first = fleet.startBridge("first", WRITES_PER_SECOND, Optional.of(proxy.url()));
        leads(first);
    }

    @AfterEach
    void stop() throws IOException {
        fleet.close();
        proxy.close();
        log.close();
    }

    private static void leads(Bridge bridge) {
        Eventually.holds(SOON, "it leads", bridge::isLeading);
    }

    /** Checks all the time whether both lead. */
    private static final class Both implements AutoCloseable {
        private final Bridge one;
        private final Bridge other;
        private final AtomicInteger times = new AtomicInteger();
        private final Thread thread;
        private volatile boolean closed;

        Both(Bridge one, Bridge other) {
            this.one = one;
            this.other = other;
            this.thread = Thread.ofPlatform().start(this::look);
        }

        private void look() {
            while (!closed) {
                // Between the two checks the first leader may stop, but not start.
                if (other.isLeading() && one.isLeading()) {
                    times.incrementAndGet();
                }
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
        }

        void never() {
            assertEquals(0, times.get(), "times that both led");
        }

        @Override
        public void close() throws InterruptedException {
            closed = true;
            thread.join();
        }
    }

    private void anotherTakesOver(ProxyAnswer answer) throws InterruptedException {
        Bridge second = fleet.startBridge("second");
        Eventually.holds(SOON, "the second follows", () -> log.count("event=following", "leader=first") > 0);
        try (var both = new Both(first, second)) {
            Rule rule = proxy.answer(leases(), answer);
            leads(second);
            assertFalse(first.isLeading());
            assertEquals(1, log.count("event=deposed", "identity=first"));
            // The first may not write any more: a new node is shown by the second.
            long written = proxy.count(writes());
            fleet.addNode("node2", 2, "egress: 'true'");
            Eventually.holds(
                    SOON,
                    "the second shows node2",
                    () -> kube.run("get", "egt", "node2", "-o", "name").out().contains("node2"));
            assertEquals(written, proxy.count(writes()), "writes of who was deposed");
            proxy.end(rule);
            fleet.stopBridge(second);
            leads(first);
            both.never();
        }
    }

    @Test
    void aLeaderWhoseRenewalsHangStopsBeforeAnotherBegins() throws InterruptedException {
        anotherTakesOver(new ProxyAnswer.Late(Duration.ofSeconds(30)));
        assertTrue(log.count("event=lease_not_taken") > 0, log::toString);
        assertTrue(first.counters().get("baton_bridge_lease_failures_total", "code", "none") > 0);
    }

    /** Each request is answered, but later than the Lease lasts. */
    @Test
    void aLeaderWhoseRenewalsAreAnsweredTooLateStopsBeforeAnotherBegins() throws InterruptedException {
        anotherTakesOver(new ProxyAnswer.Late(KubeFleet.LEASE.plusSeconds(1)));
    }

    @Test
    void aLeaderThatIsToldTooManyRequestsStopsBeforeAnotherBeginsAndAsksAsOftenAsItMay() throws InterruptedException {
        long began = System.nanoTime();
        long asked = proxy.count(leases());
        anotherTakesOver(ProxyAnswer.tooMany(Duration.ofSeconds(1)));
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertTrue(
                proxy.count(leases()) - asked <= 2 * (seconds + 2),
                proxy.count(leases()) - asked + " requests in " + seconds + " s");
        assertEquals(1, log.count("event=api_server_refuses", "purpose=LEASE", "code=429"));
        assertTrue(first.counters().get("baton_bridge_lease_failures_total", "code", "429") > 0);
    }

    @Test
    void aLeaseThatIsGivenToAnotherDeletedOrEmptiedIsWonAgain() {
        Kubectl kubectl = kube.kubectl();
        String[] given = {
            "patch",
            "lease",
            "baton-bridge",
            "-n",
            "baton",
            "--type=merge",
            "-p",
            "{\"spec\": {\"holderIdentity\": \"nobody\"}}"
        };
        kubectl.run(given).succeeded();
        Eventually.holds(SOON, "it sees that", () -> log.count("event=deposed", "another took it") == 1);
        leads(first);
        kubectl.run("delete", "lease", "baton-bridge", "-n", "baton").succeeded();
        Eventually.holds(SOON, "the Lease is there again", () -> holder().equals("first"));
        kubectl.run(
                        "patch",
                        "lease",
                        "baton-bridge",
                        "-n",
                        "baton",
                        "--type=json",
                        "-p",
                        "[{\"op\": \"remove\", \"path\": \"/spec\"}]")
                .succeeded();
        Eventually.holds(SOON, "the Lease says who leads", () -> holder().equals("first"));
        assertTrue(first.isLeading());
    }

    private String holder() {
        return kube.run("get", "lease", "baton-bridge", "-n", "baton", "-o", "jsonpath={.spec.holderIdentity}")
                .out();
    }
}
