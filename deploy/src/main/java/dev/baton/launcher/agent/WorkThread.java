package dev.baton.launcher.agent;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Eip;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Timings;
import dev.baton.datapath.ApplyReport;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.Health;
import dev.baton.heartbeat.Gate;
import dev.baton.heartbeat.HeartbeatProducer;
import dev.baton.heartbeat.Incarnations;
import dev.baton.heartbeat.NodeReport;
import dev.baton.heartbeat.RunDirectory;
import dev.baton.heartbeat.core.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One round after the other: read the logs, bring the datapath to what the logs say, begin the lease, look for drift,
 * acknowledge, report. All that touches the datapath happens here, but for the lease's renewal: {@link LeaseKeeper} does
 * that as long as these rounds go on, so a datapath that hangs loses its lease.
 */
final class WorkThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkThread.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration CHECK_EVERY = Duration.ofMillis(250);
    /** A tenth of what a probe takes for young. */
    private static final Duration SHOW_READY_EVERY = Duration.ofSeconds(1);
    /** After a failure of the whole datapath; a failing tool is not called in a loop. */
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);

    private final NodeId node;
    private final Datapath datapath;
    private final LogReader reader;
    private final NodeFold fold;
    private final LeaseKeeper leases;
    private final Acknowledger acknowledger;
    private final HeartbeatProducer heartbeats;
    private final LogMemory memory;
    private final Namesake namesake;
    private final RunDirectory run;
    private final Gate gate;
    private final long startedNanos = System.nanoTime();

    /** Whether heartbeats go out: an incarnation is announced only when nothing of an older one is held. */
    private boolean announced;

    private boolean open;
    private boolean caughtUp;
    /** The incarnation that the datapath was last brought to. */
    private Incarnation appliedAs = Incarnation.NONE;

    private long foldedOffset = -1;
    private Optional<DatapathException> broken = Optional.empty();
    private DatapathFault drift = DatapathFault.NONE;
    private Map<Eip, DatapathFault> failed = new TreeMap<>();
    private long retryNanos;
    private long checkNanos;
    private boolean shownReady;
    private long shownReadyNanos;

    /**
     * @param restored whether {@code heartbeats} goes on with the incarnation of an earlier process, whose lease ran when
     *     this one started
     */
    WorkThread(
            NodeId node,
            Datapath datapath,
            LogReader reader,
            NodeFold fold,
            Acknowledger acknowledger,
            HeartbeatProducer heartbeats,
            RunDirectory run,
            Gate gate,
            boolean restored) {
        this.node = node;
        this.datapath = datapath;
        this.reader = reader;
        this.fold = fold;
        this.leases = new LeaseKeeper(node, datapath, heartbeats, gate);
        this.acknowledger = acknowledger;
        this.heartbeats = heartbeats;
        this.namesake = new Namesake(node);
        this.run = run;
        this.gate = gate;
        this.announced = restored;
        this.memory = new LogMemory(node, run, fold.epochs());
        this.retryNanos = System.nanoTime();
        this.checkNanos = System.nanoTime();
        datapath.onProgress(heartbeats::progressed);
    }

    /** Before the first round: takes over what runs, and begins to announce it. */
    void takeOver() {
        run.showReady(false); // whatever the last process left
        leases.start();
        maybeOpen();
        if (!announced) {
            return;
        }
        Lease lease = heartbeats.lease();
        try {
            if (open
                    && lease.untilNanos().isPresent()
                    && leases.takeOver(lease.untilNanos().getAsLong())) {
                log.info("event=session_resumed node={} incarnation={}", node, lease.incarnation());
                // Its peers reach it by what it says of its parent interface: not saying it would cut it off.
                heartbeats.report(report(lease.incarnation()));
                heartbeats.start();
                return;
            }
        } catch (DatapathException e) {
            broke(e);
        }
        heartbeats.lapse();
        heartbeats.start();
    }

    /** @return false when killed */
    boolean round() {
        reader.poll(POLL, fold);
        if (!gate.pass()) {
            return false;
        }
        if (memory.changes(reader.cluster())) {
            startOver();
        }
        fold.timings().filter(timings -> !timings.equals(heartbeats.timings())).ifPresent(heartbeats::timings);
        maybeOpen();
        if (!caughtUp && reader.isCaughtUp()) {
            caughtUp = true;
            log.info("event=caught_up node={} folded_offset={}", node, fold.cause());
        }
        if (announced) {
            goOn();
        } else {
            maybeAnnounce();
            maybeCheck();
        }
        showReady();
        return !gate.isKilled();
    }

    /**
     * After Kafka was set up anew the coordinator counts epochs from one and knows nothing of what this node holds. All of
     * that is given up, as if the run directory were lost.
     */
    private void startOver() {
        heartbeats.lapse();
        fold.forget();
        reader.startOver();
        caughtUp = false;
    }

    private void goOn() {
        Lease lease = heartbeats.lease();
        if (caughtUp && fold.isGivenUp(lease.incarnation())) {
            heartbeats.lapse();
            lease = heartbeats.lease();
        }
        if (lease.isLapsed()) {
            fence(lease.incarnation());
            return;
        }
        keep();
        maybeApply(lease.incarnation());
        keep();
        maybeCheck();
        acknowledge(lease.incarnation());
        heartbeats.report(report(lease.incarnation()));
    }

    /**
     * The next incarnation is announced when nothing is held any more and the logs are read to their end: so its first
     * heartbeat says that this node is ready, and what it held may come back to it at once.
     */
    private void maybeAnnounce() {
        Incarnation last = heartbeats.lease().incarnation();
        if (!caughtUp || !closed() || namesake.lives(fold.own(), last, parent())) {
            return;
        }
        Incarnation next = Incarnations.next(last, fold.shown(), Instant.now());
        apply(next);
        heartbeats.report(report(next));
        heartbeats.begin(next);
        heartbeats.start();
        announced = true;
        log.info("event=incarnation_begun node={} incarnation={}", node, next);
    }

    /** The lease is gone: nothing may be held. Until the next incarnation is announced this node is silent. */
    private void fence(Incarnation lapsed) {
        if (!closed()) {
            return; // tried again in the next round
        }
        log.warn("event=lease_lapsed node={} incarnation={}", node, lapsed);
        if (caughtUp) {
            apply(Incarnations.next(lapsed, fold.shown(), Instant.now()));
        } // else what was read so far may lack policies, and their pods would leave untranslated
        announced = false;
        caughtUp = false;
        reader.restartCatchUp();
    }

    /**
     * Whether nothing can be held: the kernel has let go of everything, or, if it cannot be asked, every lease that it may
     * have been given is over. One of an earlier process was granted before this one started.
     */
    private boolean closed() {
        if (open) {
            try {
                leases.withdraw();
                return true;
            } catch (DatapathException e) {
                broke(e);
            }
        }
        long now = System.nanoTime();
        return leases.hasRunOut(now) && now - startedNanos > longestLease().toNanos();
    }

    private Duration longestLease() {
        Duration own = heartbeats.timings().lease();
        Duration settled = fold.timings().map(Timings::lease).orElse(own);
        return own.compareTo(settled) >= 0 ? own : settled;
    }

    private void maybeOpen() {
        if (open || isTooEarly()) {
            return;
        }
        try {
            datapath.open();
            open = true;
            broken = Optional.empty();
        } catch (DatapathException e) {
            broke(e);
        }
    }

    private boolean isTooEarly() {
        return broken.isPresent() && retryNanos - System.nanoTime() > 0;
    }

    private void keep() {
        leases.failure().ifPresent(this::broke);
        // What was granted is asked for after the gate: before a freeze it may have been more.
        if (!gate.pass()) {
            return;
        }
        Lease lease = heartbeats.lease();
        try {
            leases.maybeBegin(lease, open && appliedAs.equals(lease.incarnation()));
        } catch (DatapathException e) {
            broke(e);
        }
    }

    private void maybeApply(Incarnation incarnation) {
        // Before the log is read to its end, an EIP that this node holds may only look as if it did not.
        boolean again = (broken.isPresent() || !failed.isEmpty()) && retryNanos - System.nanoTime() <= 0;
        boolean due = fold.isChanged() || again || !appliedAs.equals(incarnation);
        if (caughtUp && open && due && !isTooEarly()) {
            apply(incarnation);
        }
    }

    private void apply(Incarnation incarnation) {
        if (!open || !gate.pass()) {
            return;
        }
        fold.taken();
        memory.remember(fold.epochs());
        long cause = fold.cause();
        try {
            ApplyReport report = datapath.apply(fold.desired(incarnation));
            failed = new TreeMap<>();
            report.results().stream()
                    .filter(result -> result.fault() != DatapathFault.NONE)
                    .forEach(result -> failed.put(result.eip(), result.fault()));
            report.results().forEach(this::tell);
            appliedAs = incarnation;
            foldedOffset = cause;
            if (broken.isPresent()) {
                log.info("event=datapath_repaired node={}", node);
                broken = Optional.empty();
            }
            if (!failed.isEmpty()) {
                retryNanos = System.nanoTime() + RETRY_AFTER.toNanos();
            }
        } catch (DatapathException e) {
            boolean again = broken.isPresent();
            broke(e);
            if (again && leases.isRunning()) {
                // What is held cannot be changed any more: give all of it up, so that others may take it at once.
                heartbeats.lapse();
            }
        }
    }

    private void tell(ApplyReport.Result result) {
        if (result.fault() == DatapathFault.NONE) {
            log.info(
                    "event=eip_programmed node={} eip={} took={}ms",
                    node,
                    result.eip(),
                    result.took().toMillis());
        } else {
            log.warn(
                    "event=eip_failed node={} eip={} reason={} detail=\"{}\"",
                    node,
                    result.eip(),
                    result.fault(),
                    result.detail());
        }
    }

    private void maybeCheck() {
        long now = System.nanoTime();
        if (!open || checkNanos - now > 0 && !datapath.isDisturbed()) {
            return;
        }
        checkNanos = now + CHECK_EVERY.toNanos();
        Health health = datapath.check();
        if (!health.repaired().isEmpty()) {
            log.warn("event=drift_repaired node={} what=\"{}\"", node, String.join("; ", health.repaired()));
        }
        if (health.fault() != drift) {
            log.warn("event=datapath_checked node={} fault={} detail=\"{}\"", node, health.fault(), health.detail());
        }
        drift = health.fault();
    }

    private void acknowledge(Incarnation incarnation) {
        long now = System.nanoTime();
        // What was read since the last apply is not done yet, and must not be said to be.
        if (appliedAs.equals(incarnation) && broken.isEmpty() && !fold.isChanged()) {
            var me = new Holder(node, incarnation);
            for (DatapathAcknowledged done : fold.duties().settle(me, failed, leases.isRunning(), now)) {
                log.info(
                        "event=eip_{} node={} eip={} epoch={} took={}ms",
                        done.outcome().name().toLowerCase(Locale.ROOT),
                        node,
                        done.eip(),
                        done.epoch(),
                        done.took().toMillis());
                if (done.outcome() == AckOutcome.FAILED) {
                    // Somebody else may have it by this answer: written down before it is given.
                    fold.refuse(done.eip(), done.epoch());
                    failed.remove(done.eip());
                    memory.remember(fold.epochs());
                }
                acknowledger.add(done, now);
            }
        }
        if (gate.pass()) {
            acknowledger.flush(incarnation, now);
        }
    }

    private NodeReport report(Incarnation incarnation) {
        DatapathFault fault = broken.map(DatapathException::fault).orElse(drift);
        boolean ready = open && caughtUp && appliedAs.equals(incarnation);
        DatapathState state = fault != DatapathFault.NONE
                ? DatapathState.BROKEN
                : ready ? DatapathState.READY : DatapathState.STARTING;
        return new NodeReport(state, fault, foldedOffset, parent(), System.nanoTime());
    }

    private Optional<ParentInterface> parent() {
        return open ? datapath.parent() : Optional.empty();
    }

    private void broke(DatapathException e) {
        if (broken.isEmpty() || broken.get().fault() != e.fault()) {
            log.error("event=datapath_broken node={} reason={} detail=\"{}\"", node, e.fault(), e.getMessage());
        }
        broken = Optional.of(e);
        retryNanos = System.nanoTime() + RETRY_AFTER.toNanos();
    }

    boolean isNameTaken() {
        return namesake.isTaken();
    }

    boolean isNamedHolder() {
        return fold.duties().isNamedHolder();
    }

    /** Kafka has acknowledged heartbeats of this incarnation, and the kernel does what the log says. */
    private boolean isReady() {
        return announced
                && leases.isRunning()
                && report(heartbeats.lease().incarnation()).datapath() == DatapathState.READY;
    }

    private void showReady() {
        if (!gate.pass()) {
            return;
        }
        boolean ready = isReady();
        long now = System.nanoTime();
        if (ready != shownReady || ready && now - shownReadyNanos >= SHOW_READY_EVERY.toNanos()) {
            run.showReady(ready);
            shownReady = ready;
            shownReadyNanos = now;
        }
    }

    /** After the heartbeats have ended: before the datapath may be closed. */
    @Override
    public void close() {
        if (!gate.isKilled()) {
            run.showReady(false);
        }
        leases.close();
    }

    /** The node has left, or lost its lease while leaving: nothing may run on in the kernel. */
    void end() {
        closed();
        log.info("event=agent_left node={}", node);
    }
}
