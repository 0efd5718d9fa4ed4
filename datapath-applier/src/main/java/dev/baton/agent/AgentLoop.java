package dev.baton.agent;

import dev.baton.agent.core.AgentState;
import dev.baton.agent.core.AgentStep;
import dev.baton.agent.core.Deafness;
import dev.baton.agent.core.Effect;
import dev.baton.agent.core.Input;
import dev.baton.agent.core.NodeLog;
import dev.baton.agent.core.Phase;
import dev.baton.agent.core.Step;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.EipFailure;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Timings;
import dev.baton.datapath.ApplyReport;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.Health;
import dev.baton.heartbeat.Freezer;
import dev.baton.heartbeat.HeartbeatProducer;
import dev.baton.heartbeat.SessionFile;
import dev.baton.heartbeat.core.SavedSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One round after the other: reads the logs, asks {@link AgentStep} what to do, and does it, in that order. All that
 * touches the datapath happens here, but for the lease's renewal: {@link LeaseKeeper} renews as long as these rounds go
 * on.
 */
final class AgentLoop implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final Datapath datapath;
    private final LogReader reader;
    private final LogInput input;
    private final NodeLog log;
    private final LeaseKeeper leases;
    private final Acknowledger acknowledger;
    private final HeartbeatProducer heartbeats;
    private final SessionFile session;
    private final Duration longestBefore;
    private final LogMemory memory;
    private final Timings own;
    private final ReadyFile readyFile;
    private final AgentCounters counters;
    private final Freezer freezer;
    private final AgentLog tell;
    private final long startedNanos = System.nanoTime();

    /** Changed by the loop's thread alone. */
    private volatile AgentState state;

    AgentLoop(
            AgentState start,
            Datapath datapath,
            LogReader reader,
            LogInput input,
            NodeLog log,
            Acknowledger acknowledger,
            HeartbeatProducer heartbeats,
            SessionFile session,
            LogMemory memory,
            Timings own,
            ReadyFile readyFile,
            AgentCounters counters,
            Freezer freezer) {
        this.state = start;
        this.datapath = datapath;
        this.reader = reader;
        this.input = input;
        this.log = log;
        this.leases = new LeaseKeeper(start.node(), datapath, heartbeats, freezer);
        this.acknowledger = acknowledger;
        this.heartbeats = heartbeats;
        this.session = session;
        this.longestBefore = session.read().map(SavedSession::longest).orElse(Duration.ZERO);
        this.memory = memory;
        this.own = own;
        this.readyFile = readyFile;
        this.counters = counters;
        this.freezer = freezer;
        this.tell = new AgentLog(start.node());
        datapath.onProgress(heartbeats::progressed);
    }

    /** Before the first round: takes over what an earlier process left. */
    void begin() {
        readyFile.remove(); // whatever the last process left
        leases.start();
        decide();
    }

    /** @return false when killed */
    boolean round() {
        reader.poll(POLL, input);
        return work();
    }

    /**
     * A round in which nothing is read: the node keeps what it holds, and gets nothing more.
     *
     * @return false when killed
     */
    boolean holdOn() {
        LockSupport.parkNanos(POLL.toNanos());
        return work();
    }

    /**
     * Takes away what is Baton's on this node, once EgressGateway's agent has programmed it.
     *
     * @return false if it has not: then nothing was changed
     */
    boolean handOver() throws DatapathException {
        if (!datapath.isProgrammedByEgressGateway()) {
            return false;
        }
        heartbeats.close();
        leases.close();
        datapath.handOver();
        session.read().map(SavedSession::withoutLease).ifPresent(session::write);
        return true;
    }

    private boolean work() {
        if (!freezer.pass()) {
            return false;
        }
        if (memory.isOtherCluster(reader.cluster())) {
            step(new Input.OtherCluster());
        }
        // What cannot be written down would be taken for the old lineage's after a restart: tried again next round.
        log.other()
                .filter(next -> memory.write(log.lineages().entering(next)))
                .ifPresent(next -> step(new Input.OtherLineage(next)));
        log.timings().ifPresent(this::adopt);
        log.news().ifPresent(this::step);
        log.contradictions().forEach(tell::contradicted);
        leases.failure().ifPresent(e -> {
            tell.broken(state, e);
            step(new Input.RenewalFailed(e.fault()));
        });
        decide();
        if (freezer.pass()) {
            state.phase()
                    .announced()
                    .ifPresent(me -> acknowledger.flush(me, state.read().owed().assignments(), System.nanoTime()));
        }
        return !freezer.isKilled();
    }

    private void adopt(Timings fleets) {
        memory.write(fleets);
        if (!fleets.equals(heartbeats.timings())) {
            heartbeats.timings(fleets);
        }
    }

    /** From now on its EIPs are to be moved away; {@link #hasLeft} says when it is over. */
    void leave(Duration patience) {
        step(new Input.Leave(System.nanoTime() + patience.toNanos()));
        decide();
    }

    boolean hasLeft() {
        return state.phase() instanceof Phase.Left;
    }

    boolean isNameTaken() {
        return state.name().isTaken();
    }

    /** After each change of the kernel that succeeded, what comes next is asked at once. */
    private void decide() {
        boolean changed = true;
        while (changed && freezer.pass()) {
            changed = step(moment());
        }
    }

    private Input.Moment moment() {
        boolean open = state.programmed().open();
        return new Input.Moment(
                heartbeats.lease(),
                reader.isCaughtUp(),
                isDeaf(),
                log.isOutdated() && isWaitedFor(),
                open
                        ? datapath.parent()
                                .map(parent ->
                                        parent.withPaths(datapath.paths()).withClaims(datapath.claims()))
                        : state.programmed().parent(),
                open && datapath.isDisturbed(),
                state.phase() instanceof Phase.Fencing && isKernelLeaseOver(),
                heartbeats.isLeavingHeard(),
                Instant.now());
    }

    private boolean isDeaf() {
        return reader.deaf().compareTo(Deafness.patience(heartbeats.timings())) > 0;
    }

    /** Whether the owner of the log may still put right what this process read at its start. */
    private boolean isWaitedFor() {
        return System.nanoTime() - startedNanos
                < Deafness.patience(heartbeats.timings()).toNanos();
    }

    /**
     * Every lease that the kernel may have been given has run out. An earlier process's was granted before this one's
     * start, and its session says for how long at most. If that is lost, the fleet's timings count or, if that process
     * had not read them yet, its own settings.
     */
    private boolean isKernelLeaseOver() {
        long now = System.nanoTime();
        Duration fleets = heartbeats.timings().lease();
        Duration longest = Stream.of(own.lease(), fleets, longestBefore)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return leases.hasRunOut(now) && now - startedNanos > longest.toNanos();
    }

    /** @return whether the kernel was changed */
    private boolean step(Input happened) {
        AgentState before = state;
        Step step = AgentStep.step(before, happened, System.nanoTime());
        state = step.state();
        boolean changed = false;
        for (Effect effect : step.effects()) {
            if (!freezer.pass()) {
                return false;
            }
            if (effect instanceof Effect.RememberEpochs(var refused) && !isRemembered(refused)) {
                state = before; // as if the step had not been: it is asked for again in the next round
                return false;
            }
            changed |= perform(effect);
        }
        tell.changed(before, step.state());
        return changed;
    }

    /** What is not written down is not refused either: it would be taken for done when it is asked for again. */
    private boolean isRemembered(SortedMap<Eip, Epoch> refused) {
        boolean written = memory.write(log.lineages()) && memory.write(log.epochsRefusing(refused));
        if (written) {
            refused.forEach(log::refuse);
        }
        return written;
    }

    /** @return whether the kernel was changed */
    private boolean perform(Effect effect) {
        switch (effect) {
            case Effect.OnKernel change -> {
                return performOnKernel(change);
            }
            case Effect.RememberEpochs _ -> {} // done already
            case Effect.ForgetLogs(var next) -> {
                log.forget(next.map(log.lineages()::entering).orElseGet(log.lineages()::unknown));
                reader.startOver();
                heartbeats.timings(own); // until those of its fleet were read there
            }
            case Effect.ReadAnew _ -> {
                tell.deaf(reader.deaf());
                reader.startOver();
            }
            case Effect.Lapse _ -> heartbeats.lapse();
            case Effect.StopHeartbeats _ -> heartbeats.close();
            case Effect.ReadToPresentEnd _ -> reader.restartCatchUp();
            case Effect.Acknowledge(var acknowledgements) -> {
                acknowledgements.forEach(tell::acknowledging);
                acknowledger.add(acknowledgements, System.nanoTime());
            }
            case Effect.Report(var report) -> heartbeats.report(report);
            case Effect.GoOn _ -> heartbeats.start();
            case Effect.Announce(Incarnation incarnation) -> {
                heartbeats.begin(incarnation);
                heartbeats.start();
            }
            case Effect.SayLeaving _ -> heartbeats.leave();
            case Effect.ShowReady(boolean ready) -> readyFile.show(ready, System.nanoTime());
            case Effect.EndSession _ ->
                session.read().map(SavedSession::withoutLease).ifPresent(session::write);
        }
        return false;
    }

    /** @return whether it succeeded, and something else may be possible by that */
    private boolean performOnKernel(Effect.OnKernel effect) {
        Input result;
        try {
            result = resultOf(effect);
        } catch (DatapathException e) {
            tell.broken(state, e);
            step(new Input.Failed(effect, e.fault()));
            return false;
        }
        step(result);
        // The step that takes a check's result says all that follows from it; a lease that is not granted yet can wait.
        return !(result instanceof Input.Checked) && !result.equals(new Input.LeaseBegun(false));
    }

    private Input resultOf(Effect.OnKernel effect) throws DatapathException {
        return switch (effect) {
            case Effect.Open _ -> {
                datapath.open(log.epochs().keySet());
                yield new Input.Opened();
            }
            case Effect.TakeOver _ -> new Input.TookOver(leases.takeOver());
            case Effect.Withdraw _ -> {
                leases.withdraw();
                yield new Input.Withdrawn();
            }
            case Effect.Apply(Incarnation incarnation) -> apply(incarnation);
            case Effect.BeginLease(Incarnation incarnation) -> new Input.LeaseBegun(leases.begin(incarnation));
            case Effect.Check _ -> {
                Health health = datapath.check();
                tell.checked(state, health);
                tell.newPods(health.newPods(), System.nanoTime());
                counters.checked(health);
                yield new Input.Checked(health.fault());
            }
        };
    }

    private Input apply(Incarnation incarnation) throws DatapathException {
        ApplyReport report = datapath.apply(log.desired(incarnation));
        var failures = new TreeMap<Eip, EipFailure>();
        report.results().forEach(result -> {
            tell.programmed(result);
            if (result.fault() != DatapathFault.NONE) {
                failures.put(result.eip(), new EipFailure(result.fault(), result.owner()));
            }
        });
        return new Input.Applied(failures);
    }

    /** After the heartbeats have ended: before the datapath may be closed. */
    @Override
    public void close() {
        if (!freezer.isKilled()) {
            readyFile.remove();
        }
        leases.close();
    }
}
