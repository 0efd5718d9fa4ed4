package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import dev.baton.contract.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators and the broker die, stop and come back as processes do; the logs must not show more than a pause. */
class CoordinatorCrashE2E {
    private static final Eip EIP = Eip.parse("10.6.1.55+fd00::55");
    /** A takeover by default settings would take 46 s. */
    private static final Duration TAKEOVER = Duration.ofSeconds(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private LiveFleet fleet(String name, String bootstrap) throws Exception {
        var fleet = new LiveFleet(name, bootstrap, directory);
        BatonProcess first = fleet.startCoordinator();
        BatonProcess second = fleet.startCoordinator();
        for (String node : List.of("node1", "node2", "node3")) {
            fleet.startAgent(node);
        }
        first.await("^coordinator started");
        second.await("^coordinator started");
        fleet.declareSample();
        fleet.settled();
        return fleet;
    }

    private static NodeId holder(SortedMap<Eip, Assignment> assignments) {
        return Optional.ofNullable(assignments.get(EIP))
                .flatMap(Assignment::holder)
                .map(Holder::node)
                .orElseThrow();
    }

    private static SortedMap<Eip, NodeId> holders(SortedMap<Eip, Assignment> assignments) {
        var holders = new TreeMap<Eip, NodeId>();
        assignments.forEach((eip, assignment) ->
                holders.put(eip, assignment.holder().orElseThrow().node()));
        return holders;
    }

    private static void tell(String what, LiveFleet fleet, Instant since) {
        Duration took = fleet.untilDecision(since);
        System.out.println(what + ": next decision after " + took.toMillis() + " ms");
        assertTrue(took.compareTo(TAKEOVER) < 0, () -> what + " cost " + took);
    }

    @Test
    void decisionsGoOnWhenCoordinatorsDieOneAfterTheOther() throws Exception {
        try (LiveFleet fleet = fleet("crash", TestBroker.bootstrap())) {
            var expected = new TreeSet<NodeId>();

            NodeId dead = holder(fleet.settled());
            expected.add(dead);
            BatonProcess killed = fleet.owner(Topics.HEARTBEATS.name(), List.of());
            fleet.agent(dead).kill();
            killed.kill();
            Instant since = Instant.now();
            assertNotEquals(dead, holder(fleet.settled()));
            tell("kill -9 of the coordinator that counts silence, in the midst of it", fleet, since);
            fleet.startAgent(dead.value());

            BatonProcess third = fleet.startCoordinator();
            third.await("event=coordinator_state of=eips .*to=RUNNING");
            BatonProcess stopped = fleet.owner(Topics.FLEET.name(), List.of(killed));
            NodeId drained = holder(fleet.settled());
            stopped.terminate();
            since = Instant.now();
            fleet.drain(drained);
            tell("SIGTERM of the coordinator that decides", fleet, since);
            assertEquals(0, signalled(stopped.awaitExit()));
            assertNotEquals(drained, holder(fleet.settled()));

            BatonProcess last = fleet.owner(Topics.FLEET.name(), List.of(killed, stopped));
            restoredFromSnapshot(last);
            assertEquals(expected, fleet.timedOut());
            fleet.checkLogs();
        }
    }

    /** Java ends with 128 + 15 when asked to by a signal, after its hooks have run. */
    private static int signalled(int status) {
        return status == 143 ? 0 : status;
    }

    private static void restoredFromSnapshot(BatonProcess coordinator) {
        Matcher restored =
                coordinator.await("event=task_restored log=baton.heartbeats .*offset=(\\d+) refolded=(\\d+)");
        long offset = Long.parseLong(restored.group(1));
        long refolded = Long.parseLong(restored.group(2));
        assertTrue(offset > 50 && refolded <= 50, () -> "no snapshot was used: " + restored.group());
    }

    @Test
    void aCoordinatorThatWasAwayWhileAnotherTookOverDoesNoHarm() throws Exception {
        try (LiveFleet fleet = fleet("zombie", TestBroker.bootstrap())) {
            NodeId dead = holder(fleet.settled());
            BatonProcess frozen = fleet.owner(Topics.FLEET.name(), List.of());
            fleet.agent(dead).kill();
            frozen.stop();
            Instant since = Instant.now();
            assertNotEquals(dead, holder(fleet.settled()));
            tell("SIGSTOP of the coordinator that decides", fleet, since);
            int before = frozen.lines().size();
            frozen.resume();
            Eventually.holds(
                    Eventually.LONG,
                    "the frozen one has found its place again",
                    () -> frozen.lines().stream().skip(before).anyMatch(line -> line.contains("to=RUNNING")));
            fleet.startAgent(dead.value());
            fleet.settled();
            NodeId drained = holder(fleet.settled());
            fleet.drain(drained);
            assertNotEquals(drained, holder(fleet.settled()));
            assertEquals(new TreeSet<>(List.of(dead)), fleet.timedOut());
            fleet.checkLogs();
        }
    }

    @Test
    void nobodyIsTimedOutAndNothingMovesBecauseTheLogWasAway() throws Exception {
        String data = directory.resolve("kafka").toString();
        try (BatonProcess broker = startBroker(0, data)) {
            String bootstrap = broker.await("broker ready bootstrap=(\\S+)").group(1);
            int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
            try (LiveFleet fleet = fleet("outage", bootstrap)) {
                SortedMap<Eip, NodeId> before = holders(fleet.settled());
                broker.kill();
                Eventually.holds(Eventually.LONG, "all leases have ended", fleet::allHaveLetGo);
                try (BatonProcess again = startBroker(port, data)) {
                    Instant since = Instant.now();
                    again.await("broker ready");
                    assertEquals(before, holders(fleet.settled()));
                    tell("broker away for longer than the leases, then started again", fleet, since);
                    assertEquals(new TreeSet<>(), fleet.timedOut());
                    fleet.checkLogs();
                }
            }
        }
    }

    private BatonProcess startBroker(int port, String data) throws IOException {
        return BatonProcess.start(directory, "broker", "--port", Integer.toString(port), "--dir", data);
    }
}
