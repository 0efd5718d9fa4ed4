package dev.baton.bench;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Tick;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Heartbeats folded per second and core: each node beats in turn, a tick after every half round. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LivenessBenchmark {
    private static final Duration PERIOD = Duration.ofMillis(250);

    @Param({"100", "1000", "10000"})
    public int nodes;

    private NodeId[] names = new NodeId[0];
    private LivenessState state = LivenessState.start(new FleetId("bench"));
    private long entry;
    private long ticks;

    @Setup
    public void name() {
        names = new NodeId[nodes];
        for (int i = 0; i < nodes; i++) {
            names[i] = new NodeId("node-" + i);
        }
    }

    @Benchmark
    public LivenessState heartbeat() {
        int turn = (int) (entry % nodes);
        Instant at = Instant.ofEpochMilli(entry * 500 / nodes);
        if (turn == 0 || turn == nodes / 2) {
            state = Liveness.step(state, entry, at, new Tick("bench", 1, ticks++, PERIOD))
                    .state();
        }
        var heartbeat = new Heartbeat(
                names[turn],
                new Incarnation(1),
                entry / nodes + 1,
                DatapathState.READY,
                DatapathFault.NONE,
                0,
                false,
                Duration.ofSeconds(3),
                Optional.empty(),
                Optional.empty(),
                Rules.NEWEST,
                at);
        state = Liveness.step(state, entry++, at, heartbeat).state();
        return state;
    }
}
