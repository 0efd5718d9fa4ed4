package dev.baton.bench;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.NodeId;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Tick;
import dev.baton.contract.Timings;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import dev.baton.launcher.up.AllInOne;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs broker, coordinator and recorded agents in one process, and reads the cost of each hop off the append times that
 * the broker stamped (to the millisecond).
 */
final class HopBench {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<NodeId> NODES = List.of(new NodeId("node0"), new NodeId("node1"), new NodeId("node2"));

    private final Duration time;

    HopBench(Duration time) {
        this.time = time;
    }

    void run(PrintWriter out) throws IOException, InterruptedException {
        Path runs = Files.createTempDirectory("baton-bench");
        Timings timings = Timings.DEFAULT;
        out.println("settings: tunnelUpdatePeriod=500ms tunnelMonitorPeriod=250ms, one broker in the same process,"
                + " acks=all, recorded agents, " + time.toSeconds() + "s");
        try (var all = AllInOne.start(0, Optional.empty(), runs, timings, NODES);
                var follower = new FleetFollower(all.client(), all.codec(), AllInOne.FLEET);
                var declarer = new Declarer(all.client(), all.codec(), AllInOne.FLEET)) {
            declarer.declare(Fixture.declarations(NODES.size(), 3), PATIENCE);
            long end = System.nanoTime() + time.toNanos();
            for (int turn = 0; System.nanoTime() < end; turn++) {
                move(follower, declarer, turn);
            }
            report(all, out);
        }
    }

    /** A planned move exercises every hop: declaration, fold, three steps, three acknowledgements. */
    private static void move(FleetFollower follower, Declarer declarer, int turn) throws InterruptedException {
        FleetEip eip = atRest(follower);
        NodeId holder = eip.assignment().holder().orElseThrow().node();
        NodeId next = NODES.get((NODES.indexOf(holder) + 1 + turn % 2) % NODES.size());
        var address = eip.assignment().eip().addresses().getFirst();
        declarer.declare(List.of(new EipMoveRequested(address, next)), PATIENCE);
    }

    private static FleetEip atRest(FleetFollower follower) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            follower.poll(Duration.ofMillis(20), (offset, at, entry, outcome) -> {});
            var eips = follower.state().eips().values();
            boolean rests = !eips.isEmpty()
                    && eips.stream().allMatch(eip -> eip.assignment().step() == AssignmentStep.HELD);
            if (rests) {
                return eips.getFirst();
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("EIPs are not all held within " + PATIENCE.toSeconds() + "s");
            }
        }
    }

    private void report(AllInOne all, PrintWriter out) {
        try (var reader = new LogReader(all.client(), all.codec(), AllInOne.FLEET)) {
            var heartbeats = warm(reader.read(Logs.HEARTBEATS));
            var fleet = warm(reader.read(Logs.FLEET));
            var decisions = warm(reader.read(Logs.DECISIONS));
            var ticks = new Quantiles();
            Optional<Instant> last = Optional.empty();
            for (var entry : heartbeats) {
                if (entry.value() instanceof Tick tick && tick.sequence() > 0) {
                    last.ifPresent(before -> ticks.add(Duration.between(before, entry.at())
                            .minus(tick.period())
                            .toNanos()));
                    last = Optional.of(entry.at());
                }
            }
            out.println("tick: append to append beyond its period (round trip and look-out): " + ticks);
            Map<Long, Instant> heartbeatTimes = new TreeMap<>();
            heartbeats.forEach(entry -> heartbeatTimes.put(entry.offset(), entry.at()));
            out.println("heartbeats log to fleet log (liveness fold): " + sequenced(fleet, heartbeatTimes));
            var decided = new Quantiles();
            Map<Long, Instant> causes = new TreeMap<>();
            fleet.forEach(entry -> causes.put(entry.offset(), entry.at()));
            for (var entry : decisions) {
                Instant cause = causes.get(entry.value().cause());
                if (cause != null) {
                    decided.add(Duration.between(cause, entry.at()).toNanos());
                }
            }
            out.println("fleet log to decisions (coordination fold): " + decided);
            out.println("assignment to acknowledgement (agent, recorded datapath): " + acknowledged(decisions));
        }
    }

    /** The first third of the run is left out: compilers are at work. */
    private static <T> List<LogEntry<T>> warm(List<LogEntry<T>> entries) {
        if (entries.isEmpty()) {
            return entries;
        }
        Instant first = entries.getFirst().at();
        Duration third = Duration.between(first, entries.getLast().at()).dividedBy(3);
        return entries.stream()
                .filter(entry -> entry.at().isAfter(first.plus(third)))
                .toList();
    }

    private static Quantiles sequenced(List<LogEntry<Sequenced>> fleet, Map<Long, Instant> heartbeatTimes) {
        var quantiles = new Quantiles();
        for (var entry : fleet) {
            entry.value().origin().ifPresent(origin -> {
                Instant sent = heartbeatTimes.get(origin.offset());
                if (origin.source() == Sequenced.Source.HEARTBEATS && sent != null) {
                    quantiles.add(Duration.between(sent, entry.at()).toNanos());
                }
            });
        }
        return quantiles;
    }

    private static Quantiles acknowledged(List<LogEntry<Decided>> decisions) {
        var quantiles = new Quantiles();
        Map<Long, Instant> acquired = new TreeMap<>();
        for (var entry : decisions) {
            if (entry.value().decision() instanceof Decision.EipAssigned assigned) {
                long epoch = assigned.assignment().epoch().number();
                if (assigned.assignment().step() == AssignmentStep.ACQUIRE) {
                    acquired.put(epoch, entry.at());
                } else if (assigned.assignment().step() == AssignmentStep.HELD && acquired.containsKey(epoch)) {
                    quantiles.add(
                            Duration.between(acquired.get(epoch), entry.at()).toNanos());
                }
            }
        }
        return quantiles;
    }
}
