package dev.baton.sim;

import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.RunDirectory.Session;
import dev.baton.heartbeat.core.HeartbeatSchedule;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.LeaseTerms;
import dev.baton.heartbeat.core.NodeReport;
import dev.baton.heartbeat.core.Sequences;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The heartbeats of one life of an agent, and the lease that their acknowledgements grant: the real core, on a pipe.
 */
final class AgentHeartbeats {
    private final World world;
    private final SimNode node;
    private final Process process;
    private final Pipe<LivenessEvent> pipe;
    private final Runnable leaseChanged;
    private LeaseTerms terms;
    private Lease lease;
    private Sequences sequences;
    private HeartbeatSchedule schedule;
    private NodeReport report;
    private boolean started;
    private boolean stopped;
    private boolean leaving;
    private boolean leftHeard;

    /**
     * @param lease of the incarnation to go on with, or a new one
     * @param leaseChanged run after each acknowledgement that granted something
     */
    AgentHeartbeats(
            World world,
            SimNode node,
            Process process,
            Pipe<LivenessEvent> pipe,
            Lease lease,
            long sequenceLimit,
            Runnable leaseChanged) {
        this.world = world;
        this.node = node;
        this.process = process;
        this.pipe = pipe;
        this.leaseChanged = leaseChanged;
        this.lease = lease;
        // Agents are started with the settings that the fleet began with, whatever holds by now.
        Timings timings = world.swarm().settings().timings();
        this.terms = world.has(Mutant.LEASE_TERMS_FORGOTTEN)
                ? LeaseTerms.of(timings)
                : LeaseTerms.restored(timings, lease, now());
        this.sequences = Sequences.after(world.has(Mutant.SEQUENCES_FROM_ZERO) ? 0 : sequenceLimit);
        this.schedule = new HeartbeatSchedule(now());
        this.report = NodeReport.starting(now());
    }

    private long now() {
        return node.clock().now();
    }

    void start() {
        if (!started) {
            started = true;
            goOn();
        }
    }

    void stop() {
        stopped = true;
    }

    Incarnation incarnation() {
        return lease.incarnation();
    }

    Lease lease() {
        lease = lease.at(now());
        return lease;
    }

    void lapse() {
        lease = lease.lapsed();
    }

    void begin(Incarnation next) {
        node.runDirectory().write(new Session(next, OptionalLong.empty(), 0));
        lease = Lease.of(next);
        sequences = Sequences.after(0);
        leftHeard = false;
        beatSoon();
    }

    void timings(Timings wanted) {
        if (!wanted.equals(terms.wanted())) {
            terms = terms.wanting(wanted);
            schedule = schedule.within(now(), wanted.tunnelUpdatePeriod());
            process.in(schedule.untilDue(now()).toNanos(), this::beatIfDue);
        }
    }

    void resumed(long kernelUntil) {
        if (!world.has(Mutant.SESSION_BELIEVED)) {
            lease = lease.reaching(kernelUntil);
            terms = world.has(Mutant.LEASE_TERMS_FORGOTTEN) ? terms : LeaseTerms.restored(terms.wanted(), lease, now());
        }
    }

    Timings timings() {
        return terms.wanted();
    }

    void report(NodeReport latest) {
        boolean news = !latest.saysTheSameAs(report);
        report = latest;
        if (news) {
            beatSoon();
        }
    }

    void leave() {
        leaving = true;
        beatSoon();
    }

    boolean isLeavingHeard() {
        return leftHeard;
    }

    private void beatSoon() {
        schedule = new HeartbeatSchedule(now());
        process.in(0, this::beatIfDue);
    }

    private void goOn() {
        beatIfDue();
        process.in(Math.max(1, schedule.untilDue(now()).toNanos()), this::goOn);
    }

    private void beatIfDue() {
        if (started && !stopped && schedule.isDue(now())) {
            beat();
        }
    }

    private void beat() {
        long sent = now();
        schedule = schedule.sent(sent, terms.wanted().tunnelUpdatePeriod());
        lease = lease.at(sent);
        // A lapsed incarnation is silent: heartbeats would only delay the takeover.
        if (lease.isLapsed()) {
            return;
        }
        writeSession();
        terms = world.has(Mutant.TIMEOUT_SHORTENED_AT_ONCE)
                ? LeaseTerms.of(terms.wanted())
                : terms.settled(lease, sent);
        Heartbeat heartbeat = heartbeat();
        sequences = sequences.taken();
        lease = lease.announced(sent, terms.length());
        LeaseTerms sentUnder = terms;
        long expires =
                world.scheduler().now() + terms.wanted().tunnelUpdatePeriod().toNanos();
        pipe.send(heartbeat, expires, () -> process.run(() -> acknowledged(heartbeat.incarnation(), sent, sentUnder)));
        if (leaving) {
            pipe.send(
                    new NodeLeaving(node.id(), lease.incarnation()),
                    expires,
                    () -> process.run(() -> leftHeard = true));
        }
    }

    private void writeSession() {
        sequences = sequences.isUsedUp() ? sequences.reserved() : sequences;
        boolean over = leaving && !world.has(Mutant.LEAVING_FORGOTTEN);
        node.runDirectory()
                .write(new Session(
                        lease.incarnation(), over ? OptionalLong.empty() : lease.untilNanos(), sequences.limit()));
    }

    private Heartbeat heartbeat() {
        return new Heartbeat(
                node.id(),
                lease.incarnation(),
                sequences.next(),
                report.datapath(),
                report.fault(),
                report.foldedOffset(),
                false,
                terms.stated().eipEvictionTimeout(),
                report.parent(),
                Instant.EPOCH);
    }

    private void acknowledged(Incarnation incarnation, long sent, LeaseTerms sentUnder) {
        if (!lease.incarnation().equals(incarnation)) {
            return;
        }
        boolean first = lease.untilNanos().isEmpty();
        long from = world.has(Mutant.LEASE_FROM_ACKNOWLEDGEMENT) ? now() : sent;
        lease = lease.acknowledged(from, now(), terms.lengthFor(sentUnder));
        if (first && lease.untilNanos().isPresent()) {
            beatSoon(); // which writes the lease down, for a process that is killed and started again at once
        }
        leaseChanged.run();
    }
}
