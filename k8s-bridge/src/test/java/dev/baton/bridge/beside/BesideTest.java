package dev.baton.bridge.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.baton.bridge.beside.Beside.Verdict;
import dev.baton.bridge.beside.Renewals.Found;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BesideTest {
    private static final Map<String, String> CONTROLLER =
            Map.of("app.kubernetes.io/component", "egressgateway-controller");
    private static final Map<String, String> AGENT = Map.of("app.kubernetes.io/component", "egressgateway-agent");

    private final Beside beside = new Beside();

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private void lookAt(long second, String version) {
        var lease = new Found("kube-system/egressgateway", version, "controller-0_1", Duration.ofSeconds(15));
        beside.leases.look(List.of(lease), seconds(second), seconds(second));
    }

    private void lookAtNothing(long second) {
        beside.leases.look(List.of(), seconds(second), seconds(second));
    }

    @Test
    void nothingIsKnownBeforePodsAndLeasesWereRead() {
        assertInstanceOf(Verdict.NotKnown.class, beside.verdict(true, 0));
        lookAtNothing(0);
        assertInstanceOf(Verdict.NotKnown.class, beside.verdict(false, 0));
        assertEquals(new Verdict.Gone(Duration.ofSeconds(30)), beside.verdict(true, 0));
    }

    /** What was true half a minute ago may be so no more. */
    @Test
    void itIsKnownOnlyForAWhile() {
        lookAtNothing(0);
        assertEquals(new Verdict.Gone(Duration.ofSeconds(1)), beside.verdict(true, seconds(29)));
        assertInstanceOf(Verdict.NotKnown.class, beside.verdict(true, seconds(30)));
    }

    @Test
    void aRenewedLeaseIsAController() {
        lookAt(0, "1");
        assertInstanceOf(Verdict.NotKnown.class, beside.verdict(true, 0));
        lookAt(2, "2");
        assertEquals(
                new Verdict.Alive("lease kube-system/egressgateway is renewed by controller-0_1"),
                beside.verdict(true, seconds(2)));
        lookAt(18, "2");
        assertInstanceOf(Verdict.Gone.class, beside.verdict(true, seconds(18)));
    }

    @Test
    void aReadyPodIsAControllerAlsoWithoutALease() {
        lookAtNothing(0);
        beside.pods.put("kube-system", "controller-0", CONTROLLER, "node1", false);
        assertInstanceOf(Verdict.Gone.class, beside.verdict(true, 0));
        beside.pods.put("kube-system", "controller-0", CONTROLLER, "node1", true);
        assertEquals(new Verdict.Alive("pod kube-system/controller-0 is Ready"), beside.verdict(true, 0));
        beside.pods.remove("kube-system", "controller-0");
        assertInstanceOf(Verdict.Gone.class, beside.verdict(true, 0));
    }

    /** They follow the statuses, whoever writes them; node by node they are replaced. */
    @Test
    void agentsHoldNothingBack() {
        lookAtNothing(0);
        beside.pods.put("kube-system", "agent-0", AGENT, "node1", true);
        beside.pods.put("default", "web-0", Map.of("app", "web"), "node1", true);
        assertInstanceOf(Verdict.Gone.class, beside.verdict(true, 0));
        assertEquals(1, beside.pods.all().size());
    }
}
