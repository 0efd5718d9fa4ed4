package dev.baton.bench;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.Coordination;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Outcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Records a fleet log of failing and returning nodes, then measures decoding it, and folding it. */
final class ReplayBench {
    private static final int NODES = 20;
    private static final int EIPS = 100;

    private final int entries;
    private final WireCodec codec = WireCodec.bundled();
    private final List<byte[]> log = new ArrayList<>();
    private FleetState state = FleetState.start(new FleetId("bench"));
    private long decisions;

    ReplayBench(int entries) {
        this.entries = entries;
    }

    void run(PrintWriter out) {
        record();
        for (int round = 0; round < 3; round++) {
            long start = System.nanoTime();
            var decoded = new ArrayList<Sequenced>(log.size());
            for (byte[] bytes : log) {
                decoded.add(codec.decode(Logs.FLEET, bytes));
            }
            long read = System.nanoTime();
            FleetState folded = FleetState.start(new FleetId("bench"));
            long made = 0;
            for (int i = 0; i < decoded.size(); i++) {
                Outcome outcome = Coordination.step(folded, i, decoded.get(i));
                folded = outcome.state();
                made += outcome.decisions().size();
            }
            long end = System.nanoTime();
            out.printf(
                    Locale.ROOT,
                    "replay: %d entries, %d decisions (%d nodes, %d EIPs): decode %.0f/s, fold %.0f/s, both %.0f/s%n",
                    log.size(),
                    made,
                    NODES,
                    EIPS,
                    perSecond(read - start),
                    perSecond(end - read),
                    perSecond(end - start));
        }
    }

    private double perSecond(long nanos) {
        return log.size() * 1e9 / nanos;
    }

    private void record() {
        Fixture.declarations(NODES, EIPS).forEach(this::tell);
        long incarnation = 1;
        for (int n = 0; n < NODES; n++) {
            phase(n, incarnation, TunnelPhase.READY);
        }
        acknowledgeAll();
        while (log.size() < entries) {
            int node = (int) (decisions % NODES);
            phase(node, incarnation, TunnelPhase.HEARTBEAT_TIMEOUT);
            acknowledgeAll();
            incarnation++;
            phase(node, incarnation, TunnelPhase.READY);
        }
    }

    private void acknowledgeAll() {
        for (FleetEip eip : state.eips().values()) {
            Assignment now = eip.assignment();
            if (now.step() == AssignmentStep.ACQUIRE) {
                Holder holder = now.holder().orElseThrow();
                tell(new DatapathAcknowledged(
                        holder.node(),
                        holder.incarnation(),
                        now.eip(),
                        now.epoch(),
                        AckOutcome.APPLIED,
                        DatapathFault.NONE,
                        Optional.empty(),
                        Duration.ofMillis(3)));
            }
        }
    }

    private void phase(int node, long incarnation, TunnelPhase phase) {
        tell(new TunnelPhaseChanged(
                new NodeId("node" + node),
                new Incarnation(incarnation),
                phase,
                phase == TunnelPhase.READY ? PhaseReason.DATAPATH_READY : PhaseReason.SILENT,
                DatapathFault.NONE,
                0,
                Optional.empty(),
                Optional.empty(),
                Rules.NEWEST,
                0,
                Duration.ZERO));
    }

    private void tell(FleetEvent event) {
        var entry = new Sequenced(state.fleet(), Optional.empty(), event);
        Outcome outcome = Coordination.step(state, log.size(), entry);
        state = outcome.state();
        decisions += outcome.decisions().size();
        log.add(codec.encode(Logs.FLEET, entry));
    }
}
