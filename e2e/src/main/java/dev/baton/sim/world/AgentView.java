package dev.baton.sim.world;

import dev.baton.agent.core.LogEntry;
import dev.baton.agent.core.NodeLog;
import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Holder;
import dev.baton.contract.Rules;
import dev.baton.failover.core.Views.View;
import dev.baton.failover.runner.Write.Show;
import dev.baton.sim.menu.Mutant;
import dev.baton.sim.model.Process;
import dev.baton.sim.model.Reader;
import dev.baton.sim.model.SimLog;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** What an agent reads: the compacted logs from their beginning, each at its own pace, for the real fold. */
public final class AgentView {
    private static final long PROBE_AGAIN = 100_000_000;
    /** Younger records replace nothing yet; of the real topics it is a minute. */
    private static final long COMPACTION_LAG = 10_000_000_000L;

    private final World world;
    private final SimNode node;
    private final Process process;
    private final Runnable arrived;
    private final Reader<Show> tunnels;
    private final Reader<Show> assignments;
    private final Reader<Show> policies;
    private final ArrayDeque<Show> unread = new ArrayDeque<>();
    /** The newest record of each key, for a mutant that forgets one EIP's epoch and nothing else. */
    private final TreeMap<String, Show> newest = new TreeMap<>();

    private final Rules newestRules;
    private NodeLog log;
    private Optional<Ends> target = Optional.empty();
    private boolean probing;
    private long probes;
    private int lives;
    private boolean caughtUp;
    /** What was said last of these cannot be read here. */
    private final TreeSet<String> unreadable = new TreeSet<>();

    private Optional<Asked> asked = Optional.empty();
    private long atEndNanos;
    private long openedNanos;
    private boolean readsAssignments = true;

    /** Where the logs ended when they were asked. */
    private record Ends(long tunnels, long assignments, long policies) {}

    /** Where the logs ended, and when that was asked for. */
    private record Asked(long nanos, Ends ends) {}

    /** How long a node may not have read what there was to be read, in timeouts; the real one has longer. */
    public static final int PATIENCE = 4;

    /** @param arrived run when there is something to read, or the logs said where they end */
    AgentView(World world, SimNode node, Process process, Runnable arrived) {
        this.world = world;
        this.node = node;
        this.process = process;
        this.arrived = arrived;
        this.newestRules = node.newest();
        this.log = new NodeLog(
                world.fleetId(),
                node.id(),
                newestRules,
                node.runDirectory().lineages(),
                node.runDirectory().epochs());
        this.tunnels = reader(world.logs().tunnels());
        this.assignments = reader(world.logs().assignments());
        this.policies = reader(world.logs().policies());
        this.lives = world.logs().tunnels().lives();
    }

    private Reader<Show> reader(SimLog<Show> of) {
        var next = new AtomicLong();
        Set<Long> compacted = world.random().nextBoolean() ? superseded(of) : Set.of();
        int lives = of.lives();
        return new Reader<>(world.scheduler(), node.link(), of, process, entry -> {
            if (entry.offset() < next.getAndSet(entry.offset() + 1)) {
                log.beganAnew();
            }
            boolean readable = readsAssignments || of != world.logs().assignments();
            boolean gone = of.lives() == lives && compacted.contains(entry.offset());
            if (!gone && entry.isOf(world.fleetId())) {
                entry.record().ifPresent(show -> arrived(show, readable));
            }
            arrived.run();
        });
    }

    private void arrived(Show show, boolean readable) {
        String entity = show.view().entity();
        if (readable) {
            unreadable.remove(entity);
            unread.add(show);
        } else {
            unreadable.add(entity);
        }
    }

    /** What compaction may have taken away by now: of each key only the newest record that is old enough is left. */
    private Set<Long> superseded(SimLog<Show> of) {
        var newest = new TreeMap<String, Long>();
        var superseded = new TreeSet<Long>();
        for (long offset = 0; offset < of.end(); offset++) {
            SimLog.Entry<Show> entry = of.get(offset);
            long age = world.scheduler().now() - entry.trueTime();
            if (entry.isReadable() && (age > COMPACTION_LAG || world.compactsEarly())) {
                String key = entry.fleet() + " " + entry.value().view().entity();
                Optional.ofNullable(newest.put(key, offset)).ifPresent(superseded::add);
            }
        }
        return superseded;
    }

    void open() {
        tunnels.openAt(0);
        assignments.openAt(0);
        policies.openAt(0);
        readToPresentEnd();
        openedNanos = node.clock().now();
        atEndNanos = openedNanos;
        question();
    }

    /**
     * The logs began anew, or could not be read: all that was read is forgotten, and they are read from their
     * beginning.
     */
    void startOver() {
        close();
        unread.clear();
        newest.clear();
        unreadable.clear();
        atEndNanos = node.clock().now();
        tunnels.openAt(0);
        assignments.openAt(0);
        policies.openAt(0);
        askAgain();
    }

    void close() {
        tunnels.close();
        assignments.close();
        policies.close();
    }

    NodeLog log() {
        return log;
    }

    /** Reads what has arrived. */
    void poll() {
        int now = world.logs().tunnels().lives();
        if (lives != now) {
            lives = now;
            askAgain();
        }
        for (Show show = unread.poll(); show != null; show = unread.poll()) {
            newest.put(show.view().entity(), show);
            read(show);
        }
        caughtUp = caughtUp || target.filter(this::isReached).isPresent();
        asked.filter(question -> isReached(question.ends)).ifPresent(question -> {
            atEndNanos = question.nanos;
            asked = Optional.empty();
        });
    }

    private boolean isReached(Ends ends) {
        return unreadable.isEmpty()
                && tunnels.position() >= ends.tunnels()
                && assignments.position() >= ends.assignments()
                && policies.position() >= ends.policies();
    }

    /** Whether it is too long ago that all was read that there was to be read. */
    boolean isDeaf() {
        return node.clock().now() - atEndNanos > PATIENCE * world.swarm().timeoutNanos();
    }

    /** Whether a word of an EIP is older than what was seen before the start, and may still be put right. */
    boolean isOutdated() {
        return log.isOutdated()
                && node.clock().now() - openedNanos < PATIENCE * world.swarm().timeoutNanos();
    }

    /** Asks from time to time where the logs end, to know whether they can be read at all. */
    private void question() {
        long at = node.clock().now();
        long life = probes;
        world.scheduler().in(node.link().delay(), () -> {
            if (world.logs().views().stream().allMatch(node.link()::reaches)) {
                Ends ends = ends();
                world.scheduler()
                        .in(
                                node.link().delay(),
                                () -> process.run(() -> {
                                    if (asked.isEmpty() && life == probes) {
                                        asked = Optional.of(new Asked(at, ends));
                                        arrived.run();
                                    }
                                }));
            }
        });
        process.in(world.swarm().timeoutNanos() / 2, this::question);
    }

    private Ends ends() {
        return new Ends(
                world.logs().tunnels().end(),
                world.logs().assignments().end(),
                world.logs().policies().end());
    }

    /** Whether the schema of what is written now is known here. */
    void readAssignments(boolean canRead) {
        readsAssignments = canRead;
    }

    /** Whether the logs were read to where they ended when that was last asked for. */
    boolean isCaughtUp() {
        return caughtUp;
    }

    /** From now on, caught up means: read up to where the logs end at this moment. */
    void readToPresentEnd() {
        caughtUp = false;
        target = Optional.empty();
        if (!probing) {
            probing = true;
            askForEnds();
        }
    }

    /** Where the logs ended that are no more says nothing. */
    private void askAgain() {
        asked = Optional.empty();
        probes++;
        probing = false;
        readToPresentEnd();
    }

    private void askForEnds() {
        long mine = probes;
        world.scheduler().in(node.link().delay(), () -> {
            boolean answered = world.logs().views().stream().allMatch(node.link()::reaches);
            Ends ends = ends();
            if (answered) {
                world.scheduler().in(node.link().delay(), () -> process.run(() -> answered(mine, ends)));
            } else {
                process.in(PROBE_AGAIN, () -> {
                    if (mine == probes) {
                        askForEnds();
                    }
                });
            }
        });
    }

    private void answered(long probe, Ends ends) {
        if (probe != probes) {
            return;
        }
        target = Optional.of(ends);
        probing = false;
        arrived.run();
    }

    private void read(Show show) {
        switch (show.view()) {
            case View.OfTunnel(var id, var tunnel, long cause) ->
                read(
                        show,
                        tunnel.<LogEntry>map(LogEntry.TunnelShown::new)
                                .orElseGet(() -> new LogEntry.TunnelGone(id, removalCause(cause))));
            case View.OfSettings(var inForce) -> read(show, new LogEntry.TunnelShown(inForce));
            case View.OfAssignment(var eip, var assignment, long cause) -> assignment(show, eip, assignment, cause);
            case View.OfPolicy(var policy, var binding, long cause) ->
                read(
                        show,
                        binding.<LogEntry>map(LogEntry.PolicyBound::new)
                                .orElseGet(() -> new LogEntry.PolicyGone(policy, removalCause(cause))));
            case View.OfAlert alert -> {}
        }
    }

    private void read(Show show, LogEntry entry) {
        log.read(entry, world.has(Mutant.LINEAGE_NOT_SAID) ? Optional.empty() : show.lineage());
    }

    private OptionalLong removalCause(long cause) {
        return world.has(Mutant.REMOVALS_WITHOUT_CAUSE) ? OptionalLong.empty() : OptionalLong.of(cause);
    }

    private void assignment(Show show, Eip eip, Optional<Assignment> written, long cause) {
        if (world.has(Mutant.OLDER_EPOCH_ACCEPTED) && written.isPresent()) {
            forgetEpoch(eip);
        }
        read(
                show,
                written.<LogEntry>map(one -> new LogEntry.Assigned(
                                world.has(Mutant.OLDER_INCARNATION_ACCEPTED) ? asIfMine(one) : one))
                        .orElseGet(() -> new LogEntry.AssignmentGone(eip, removalCause(cause))));
    }

    private Assignment asIfMine(Assignment written) {
        return written.withHolders(
                written.holder().map(this::asIfMine), written.successor().map(this::asIfMine));
    }

    private Holder asIfMine(Holder holder) {
        return holder.node().equals(node.id()) ? new Holder(node.id(), node.incarnation()) : holder;
    }

    private void forgetEpoch(Eip eip) {
        var others = new TreeMap<Eip, Epoch>(log.epochs());
        others.remove(eip);
        log = new NodeLog(world.fleetId(), node.id(), newestRules, log.lineages(), others);
        newest.values().stream()
                .filter(show ->
                        !(show.view() instanceof View.OfAssignment(var of, var any, long cause) && of.equals(eip)))
                .forEach(this::reread);
    }

    private void reread(Show show) {
        if (show.view() instanceof View.OfAssignment(var eip, var assignment, long cause)) {
            assignment.ifPresent(one -> log.read(new LogEntry.Assigned(one)));
        } else {
            read(show);
        }
    }
}
