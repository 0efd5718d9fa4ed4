package dev.baton.sim.world;

import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.core.Beat;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.NodeReport;
import dev.baton.heartbeat.core.SentHeartbeat;
import dev.baton.heartbeat.core.Session;
import dev.baton.sim.model.Pipe;
import dev.baton.sim.model.Process;
import java.time.Instant;
import java.util.Optional;

/** The heartbeats of one life of an agent: performs on a pipe what the session says, as the real thread on Kafka. */
public final class AgentHeartbeats {
    private final World world;
    private final SimNode node;
    private final Process process;
    private final Pipe<LivenessEvent> pipe;
    private final Runnable leaseChanged;
    private final BentSession bent;
    private Session session;
    private Incarnation knownToLapse = Incarnation.NONE;
    private boolean started;
    private boolean stopped;

    /** @param leaseChanged run after each acknowledgement that granted something */
    AgentHeartbeats(World world, SimNode node, Process process, Pipe<LivenessEvent> pipe, Runnable leaseChanged) {
        this.world = world;
        this.node = node;
        this.process = process;
        this.pipe = pipe;
        this.leaseChanged = leaseChanged;
        this.bent = new BentSession(world);
        // Agents are started with the settings that the fleet began with, whatever holds by now.
        Timings own = world.swarm().settings().timings();
        Timings timings = node.runDirectory().timings().orElse(own);
        this.session = bent.starting(
                node.id(), node.newest(), timings, node.runDirectory().session(), now());
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
        return session.lease().incarnation();
    }

    Lease lease() {
        session = session.at(now());
        return session.lease();
    }

    /** Whether the lease of the life before was granted under this lineage. */
    boolean obeys(Optional<Lineage> lineage) {
        return session.report().lineage().equals(lineage);
    }

    void lapse() {
        session = session.lapsed();
        knownToLapse = incarnation();
    }

    /** @return false if the incarnation cannot be written down: nothing began */
    boolean begin(Incarnation next) {
        Session begun = session.begun(next, now());
        boolean written = node.runDirectory().write(begun.saved());
        if (written) {
            become(begun);
        }
        return written;
    }

    /** Those of the fleet are read anew. */
    void forgetTimings() {
        become(session.wanting(world.swarm().settings().timings(), now()));
    }

    void timings(Timings wanted) {
        node.runDirectory().writeTimings(wanted);
        if (!wanted.equals(timings())) {
            become(session.wanting(wanted, now()));
        }
    }

    void resumed(long kernelUntil) {
        become(bent.resumed(session, kernelUntil, now()));
    }

    Timings timings() {
        return session.terms().wanted();
    }

    boolean isStuck() {
        return session.isStuck(now());
    }

    void report(NodeReport latest) {
        become(session.reporting(latest, now()));
    }

    void leave() {
        become(session.leaving(now()));
    }

    boolean isLeavingHeard() {
        return session.farewell() == Session.Farewell.HEARD;
    }

    private void become(Session changed) {
        boolean wakes = !changed.schedule().equals(session.schedule());
        session = changed;
        if (wakes) {
            process.in(session.schedule().untilDue(now()).toNanos(), this::beatIfDue);
        }
    }

    private void goOn() {
        beatIfDue();
        process.in(Math.max(1, session.schedule().untilDue(now()).toNanos()), this::goOn);
    }

    private void beatIfDue() {
        if (started && !stopped && session.schedule().isDue(now())) {
            beat();
        }
    }

    private void beat() {
        switch (bent.beat(session, now(), Instant.EPOCH)) {
            case Beat.Silent(Session after) -> {
                session = after;
                knownToLapse = incarnation();
            }
            case Beat.Send send -> {
                boolean written = node.runDirectory().write(send.first());
                session = written ? send.after() : send.ifNotWritten();
                if (written) {
                    send(send);
                }
            }
        }
    }

    private void send(Beat.Send send) {
        long expires = world.scheduler().now() + timings().tunnelUpdatePeriod().toNanos();
        SentHeartbeat sent = send.heartbeat();
        if (knownToLapse.equals(sent.heartbeat().incarnation())) {
            world.deeds().spokeLapsed(node, knownToLapse);
        }
        pipe.send(world.fleetId(), sent.heartbeat(), expires, () -> process.run(() -> acknowledged(sent)));
        send.farewell()
                .ifPresent(word -> pipe.send(
                        world.fleetId(),
                        word,
                        expires,
                        () -> process.run(() -> session = session.farewellHeard(word.incarnation()))));
    }

    private void acknowledged(SentHeartbeat sent) {
        if (sent.heartbeat().incarnation().equals(incarnation())) {
            become(bent.acknowledged(session, sent, now()));
            leaseChanged.run();
        }
    }
}
