package dev.baton.agent;

import dev.baton.agent.core.AgentState;
import dev.baton.agent.core.NodeLog;
import dev.baton.contract.BootId;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.Timings;
import dev.baton.contract.UnknownRules;
import dev.baton.contract.wire.WireCodec;
import dev.baton.datapath.Datapath;
import dev.baton.heartbeat.Freezer;
import dev.baton.heartbeat.HeartbeatLog;
import dev.baton.heartbeat.HeartbeatProducer;
import dev.baton.heartbeat.KafkaHeartbeatLog;
import dev.baton.heartbeat.RunDirectory;
import dev.baton.heartbeat.SessionFile;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.SavedSession;
import dev.baton.heartbeat.core.Session;
import dev.baton.metrics.Counters;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's agent, running. Several may run in one process, each with its own run directory, and each can be treated
 * as a machine would be: killed, frozen, thawed.
 */
public final class Agent implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    /** Beyond the drain: a datapath that is busy when asked to stop finishes what it does. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final AgentConfig config;
    private final Datapath datapath;
    private final RunDirectory run;
    private final Freezer freezer = new Freezer();
    private final HeartbeatLog toLog;
    private final HeartbeatProducer heartbeats;
    private final LogReader reader;
    private final ClockWatch clock;
    private final AgentLoop loop;
    private final Counters counters = new Counters();
    private final Thread thread;
    private volatile boolean stopping;

    private Agent(AgentConfig config, Datapath datapath, RunDirectory run, SessionFile sessionFile, WireCodec codec) {
        this.config = config;
        this.datapath = datapath;
        this.run = run;
        SavedSession saved = sessionFile.read().orElse(SavedSession.NONE);
        var memory = new LogMemory(config.node(), config.fleet(), new LogFiles(run.files()));
        Timings timings = memory.timings().orElse(config.timings());
        var session = Session.starting(config.node(), codec.reads(), timings, saved, System.nanoTime());
        var kafka = new KafkaHeartbeatLog(config.fleet(), codec, timings, config.kafka());
        kafka.connect();
        this.toLog = kafka;
        this.heartbeats = new HeartbeatProducer(session, sessionFile, toLog, freezer);
        this.reader = new LogReader(config);
        this.clock = new ClockWatch(config.node(), freezer, () -> {
            kafka.reconnect();
            reader.reconnect();
        });
        var nodeLog = new NodeLog(config.fleet(), config.node(), codec.reads(), memory.lineages(), memory.epochs());
        this.loop = new AgentLoop(
                startOf(session, memory.lineages().obeyed()),
                datapath,
                reader,
                new LogInput(config.fleet(), codec, nodeLog),
                nodeLog,
                new Acknowledger(toLog, freezer),
                heartbeats,
                sessionFile,
                memory,
                config.timings(),
                new ReadyFile(run.path(), config.node()),
                new AgentCounters(counters),
                freezer);
        this.thread = new Thread(this::work, "agent-" + config.node());
    }

    private static AgentState startOf(Session session, Optional<Lineage> obeyed) {
        long now = System.nanoTime();
        Incarnation last = session.lease().incarnation();
        // What was left is not gone on with: the process before may have ended before it let go.
        boolean same = session.report().lineage().equals(obeyed);
        return same && session.lease().untilNanos().isPresent()
                ? AgentState.resuming(session.node(), last, obeyed, now)
                : AgentState.starting(session.node(), last, obeyed, now);
    }

    /**
     * Starts, whether Kafka can be reached yet or not.
     *
     * @param datapath the agent's from now on; it closes it
     * @param codec has the ids of what is written already
     * @throws IOException if the run directory cannot be used
     */
    public static Agent start(AgentConfig config, Datapath datapath, WireCodec codec) throws IOException {
        var run = RunDirectory.open(config.runDirectory(), config.node());
        var session = new SessionFile(run.files(), config.node(), BootId.current());
        Recorded.forget(config, run, session);
        var agent = new Agent(config, datapath, run, session, codec);
        log.info("event=agent_started node={} fleet={} datapath={}", config.node(), config.fleet(), config.datapath());
        agent.thread.start();
        return agent;
    }

    private void work() {
        try {
            clock.start();
            loop.begin();
            boolean alive = freezer.pass();
            while (alive && !stopping) {
                alive = loop.round();
            }
            if (alive) {
                stop();
            }
        } catch (UnknownRules e) {
            // What it reads may mean something else by now. Its lease ends in the kernel by itself.
            log.error("event=agent_ends node={} reason=\"{}\"", config.node(), e.getMessage());
            freezer.kill();
        } catch (RuntimeException | Error e) {
            // Our bug. A node that does not know what it does falls silent; its lease ends in the kernel by itself.
            log.error("event=agent_failed node={}", config.node(), e);
            freezer.kill();
        } finally {
            clock.close();
            heartbeats.close();
            loop.close();
            toLog.close();
            reader.close();
            datapath.close();
            run.close();
        }
    }

    private void stop() {
        switch (config.stop()) {
            case STAY -> log.info("event=agent_stays node={}", config.node());
            case LEAVE -> leave(config.drainLimit());
            case HANDOVER -> new Handover(config, loop, heartbeats).run().ifPresent(this::leave);
        }
    }

    private void leave(Duration patience) {
        loop.leave(patience);
        boolean alive = true;
        while (alive && !loop.hasLeft()) {
            alive = loop.round();
        }
    }

    public Counters counters() {
        return counters;
    }

    public Incarnation incarnation() {
        return heartbeats.lease().incarnation();
    }

    /** As Kafka granted it. */
    public Lease lease() {
        return heartbeats.lease();
    }

    /** Whether it keeps silent because another agent uses its node's name. */
    public boolean isNameTaken() {
        return loop.isNameTaken();
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    public boolean isFrozen() {
        return freezer.isFrozen();
    }

    /** Waits until the agent has ended, as asked or by a bug: its process should then end as well. */
    public void awaitEnd() throws InterruptedException {
        thread.join();
    }

    /**
     * Stops all threads where they stand, as a stopped machine would. The datapath and its lease run on by themselves.
     */
    public void freeze() {
        log.info("event=agent_frozen node={}", config.node());
        freezer.freeze();
    }

    public void thaw() {
        log.info("event=agent_thawed node={}", config.node());
        freezer.thaw();
    }

    /** Ends at once without a goodbye, as {@code kill -9} would. */
    public void kill() {
        log.info("event=agent_killed node={}", config.node());
        freezer.kill();
        join(STOP_LIMIT);
    }

    /** Stops as configured: leaves or stays. */
    @Override
    public void close() {
        freezer.thaw();
        stopping = true;
        join(config.drainLimit().plus(STOP_LIMIT));
    }

    private void join(Duration limit) {
        try {
            if (!thread.join(limit)) {
                log.warn("event=agent_stuck node={} after={}s", config.node(), limit.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
