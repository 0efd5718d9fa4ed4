package dev.baton.sim.world;

import dev.baton.agent.core.LogEntry;
import dev.baton.agent.core.NodeLog;
import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Holder;
import dev.baton.failover.core.Views.View;
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
    private final Reader<View> tunnels;
    private final Reader<View> assignments;
    private final Reader<View> policies;
    private final ArrayDeque<View> unread = new ArrayDeque<>();
    /** The newest record of each key, for a mutant that forgets one EIP's epoch and nothing else. */
    private final TreeMap<String, View> newest = new TreeMap<>();

    private NodeLog log;
    private Optional<Ends> target = Optional.empty();
    private boolean probing;
    private boolean caughtUp;
    private boolean readsAssignments = true;

    /** Where the logs ended when they were asked. */
    private record Ends(long tunnels, long assignments, long policies) {}

    /** @param arrived run when there is something to read, or the logs said where they end */
    AgentView(World world, SimNode node, Process process, Runnable arrived) {
        this.world = world;
        this.node = node;
        this.process = process;
        this.arrived = arrived;
        this.log = new NodeLog(node.id(), node.runDirectory().epochs());
        this.tunnels = reader(world.logs().tunnels());
        this.assignments = reader(world.logs().assignments());
        this.policies = reader(world.logs().policies());
    }

    private Reader<View> reader(SimLog<View> of) {
        var next = new AtomicLong();
        Set<Long> compacted = world.random().nextBoolean() ? superseded(of) : Set.of();
        return new Reader<>(world.scheduler(), node.link(), of, process, entry -> {
            if (entry.offset() < next.getAndSet(entry.offset() + 1)) {
                log.beganAnew();
            }
            boolean readable = readsAssignments || of != world.logs().assignments();
            if (readable && !compacted.contains(entry.offset()) && entry.isOf(world.fleetId())) {
                entry.record().ifPresent(unread::add);
            }
            arrived.run();
        });
    }

    /** What compaction may have taken away by now: of each key only the newest record that is old enough is left. */
    private Set<Long> superseded(SimLog<View> of) {
        var newest = new TreeMap<String, Long>();
        var superseded = new TreeSet<Long>();
        for (long offset = 0; offset < of.end(); offset++) {
            SimLog.Entry<View> entry = of.get(offset);
            long age = world.scheduler().now() - entry.trueTime();
            if (entry.isReadable() && (age > COMPACTION_LAG || world.compactsEarly())) {
                String key = entry.fleet() + " " + entry.value().entity();
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
        for (View view = unread.poll(); view != null; view = unread.poll()) {
            newest.put(view.entity(), view);
            read(view);
        }
        caughtUp = caughtUp
                || target.filter(ends -> tunnels.position() >= ends.tunnels()
                                && assignments.position() >= ends.assignments()
                                && policies.position() >= ends.policies())
                        .isPresent();
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

    private void askForEnds() {
        world.scheduler().in(node.link().delay(), () -> {
            boolean answered = world.logs().views().stream().allMatch(node.link()::reaches);
            var ends = new Ends(
                    world.logs().tunnels().end(),
                    world.logs().assignments().end(),
                    world.logs().policies().end());
            if (answered) {
                world.scheduler().in(node.link().delay(), () -> process.run(() -> answered(ends)));
            } else {
                process.in(PROBE_AGAIN, this::askForEnds);
            }
        });
    }

    private void answered(Ends ends) {
        target = Optional.of(ends);
        probing = false;
        arrived.run();
    }

    private void read(View view) {
        switch (view) {
            case View.OfTunnel(var id, var tunnel, long cause) ->
                log.read(tunnel.<LogEntry>map(LogEntry.TunnelShown::new)
                        .orElseGet(() -> new LogEntry.TunnelGone(id, removalCause(cause))));
            case View.OfSettings(var inForce) -> log.read(new LogEntry.TunnelShown(inForce));
            case View.OfAssignment(var eip, var assignment, long cause) -> assignment(eip, assignment, cause);
            case View.OfPolicy(var policy, var binding, long cause) ->
                log.read(binding.<LogEntry>map(LogEntry.PolicyBound::new)
                        .orElseGet(() -> new LogEntry.PolicyGone(policy, removalCause(cause))));
            case View.OfAlert alert -> {}
        }
    }

    private OptionalLong removalCause(long cause) {
        return world.has(Mutant.REMOVALS_WITHOUT_CAUSE) ? OptionalLong.empty() : OptionalLong.of(cause);
    }

    private void assignment(Eip eip, Optional<Assignment> written, long cause) {
        if (world.has(Mutant.OLDER_EPOCH_ACCEPTED) && written.isPresent()) {
            forgetEpoch(eip);
        }
        log.read(written.<LogEntry>map(one ->
                        new LogEntry.Assigned(world.has(Mutant.OLDER_INCARNATION_ACCEPTED) ? asIfMine(one) : one))
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
        log = new NodeLog(node.id(), others);
        newest.values().stream()
                .filter(view -> !(view instanceof View.OfAssignment(var of, var any, long cause) && of.equals(eip)))
                .forEach(this::reread);
    }

    private void reread(View view) {
        switch (view) {
            case View.OfAssignment(var eip, var assignment, long cause) ->
                assignment.ifPresent(one -> log.read(new LogEntry.Assigned(one)));
            case View.OfTunnel tunnel -> read(tunnel);
            case View.OfSettings settings -> read(settings);
            case View.OfPolicy policy -> read(policy);
            case View.OfAlert alert -> {}
        }
    }
}
