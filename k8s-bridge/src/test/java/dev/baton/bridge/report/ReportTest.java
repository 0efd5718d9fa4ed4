package dev.baton.bridge.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.beside.Beside;
import dev.baton.bridge.beside.Beside.Verdict;
import dev.baton.bridge.beside.Renewals.Found;
import dev.baton.bridge.beside.StatusManagers.Traces;
import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.ObjectKey.Part;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReportTest {
    /** What a ConfigMap may hold. */
    private static final int LIMIT = 1024 * 1024;

    @Test
    void whatDiffersComesFirstAndTheSummaryCounts() {
        var text = new Report()
                .say("mode", "observe")
                .rows("eips", List.of(Row.of(true, "eip", "10.6.1.1"), Row.of(false, "eip", "10.6.1.2")))
                .lines("writes", List.of("kind=EgressTunnel"))
                .text();
        assertEquals(
                Map.of(
                        "summary",
                        "mode=observe\neips=2 agree=1 differ=1 left_out=0\n",
                        "eips",
                        "eip=10.6.1.2 agrees=false\neip=10.6.1.1 agrees=true\n",
                        "writes",
                        "kind=EgressTunnel\n"),
                text);
    }

    @Test
    void itFitsIntoAConfigMapAndSaysHowMuchWasLeftOut() {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < 20_000; i++) {
            rows.add(Row.of(i % 100 != 0, "policy", "namespace/ünïcode-" + i, "now", "10.6.1.1"));
        }
        List<String> lines = rows.stream().map(Row::line).toList();
        var text = new Report()
                .rows("eips", rows)
                .rows("policies", rows)
                .rows("tunnels", rows)
                .lines("writes", lines)
                .lines("beside", lines)
                .text();
        int bytes = text.entrySet().stream()
                .mapToInt(part -> (part.getKey() + part.getValue()).getBytes(StandardCharsets.UTF_8).length)
                .sum();
        assertTrue(bytes < LIMIT - 50_000, () -> bytes + " bytes");
        String eips = text.getOrDefault("eips", "");
        assertEquals(
                200, eips.lines().filter(line -> line.endsWith("agrees=false")).count());
        long left = 20_000 - eips.lines().count();
        String summary = text.getOrDefault("summary", "");
        assertTrue(summary.contains("eips=20000 agree=19800 differ=200 left_out=" + left + "\n"), summary);
        assertTrue(summary.contains("beside=20000 left_out="), summary);
    }

    @Test
    void writesAreCountedByWhatTheyWouldDo() {
        var held = Map.<ObjectKey, Object>of(
                new ObjectKey("EgressEndpointSlice", "default", "a", Part.OBJECT), "pods",
                new ObjectKey("EgressEndpointSlice", "default", "b", Part.OBJECT), "pods",
                new ObjectKey("EgressEndpointSlice", "default", "c", Part.OBJECT), "gone",
                new ObjectKey("EgressTunnel", "", "node1", Part.STATUS), "status",
                new ObjectKey("EgressTunnel", "", "node2", Part.OBJECT), "made");
        assertEquals(
                List.of(
                        "kind=EgressEndpointSlice part=OBJECT effect=CREATE objects=1",
                        "kind=EgressEndpointSlice part=OBJECT effect=CHANGE objects=1",
                        "kind=EgressEndpointSlice part=OBJECT effect=DELETE objects=1",
                        "kind=EgressTunnel part=OBJECT effect=CREATE objects=1",
                        "kind=EgressTunnel part=STATUS effect=CHANGE objects=1"),
                HeldCounts.of(held, key -> key.name().equals("b"), (_, wanted) -> wanted.equals("gone")));
    }

    @Test
    void whoElseIsThereIsSaidInMinutes() {
        var beside = new Beside();
        beside.leases.look(
                List.of(new Found("kube-system/egressgateway", "1", "controller-0 1", Duration.ofSeconds(15))), 0, 0);
        beside.pods.put(
                "kube-system", "agent-0", Map.of("app.kubernetes.io/component", "egressgateway-agent"), "node1", true);
        var managers = new TreeMap<>(Map.of(
                "controller",
                new Traces(
                        new TreeSet<>(List.of("EgressPolicy", "EgressGateway")),
                        7,
                        Optional.of(Instant.parse("2026-01-01T12:34:56Z")))));
        assertEquals(
                List.of(
                        "controller=none",
                        "lease=kube-system/egressgateway holder=\"controller-0 1\" state=UNKNOWN",
                        "manager=controller kinds=EgressGateway,EgressPolicy objects=7 last=2026-01-01T12:34:00Z",
                        "pod=kube-system/agent-0 component=AGENT node=node1 ready=true"),
                BesideLines.of(beside, new Verdict.Gone(Duration.ofSeconds(1)), managers));
    }
}
