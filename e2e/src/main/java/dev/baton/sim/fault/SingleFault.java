package dev.baton.sim.fault;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import dev.baton.contract.UnreadableRecord;
import dev.baton.sim.menu.LawBroken;
import dev.baton.sim.menu.LawName;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.AgentView;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Law 9: in a world at rest one thing happens and nothing else. If a holder ends in some way, another node emits frames
 * with its EIP within the promised bound; if it is to be emptied, also, and sooner.
 */
public final class SingleFault {
    /** Until a node that a link had held back is heard again; readers and pipes look as often. */
    private static final long LOOK_EVERY = 20_000_000;

    /** What happens to the holder. */
    private enum How {
        LOSES_POWER,
        ITS_AGENT_DIES,
        IS_CUT_OFF,
        FREEZES,
        IS_DRAINED,
        /** Its loop hangs for good; its heartbeats have a thread of their own. */
        HANGS,
        /** It loses power, and another node that may be chosen cannot read. */
        HAS_A_DEAF_SUCCESSOR,
        /** It loses power, and the agent of another node that may be chosen cannot read what it is asked. */
        HAS_AN_OLDER_SUCCESSOR
    }

    private static final long LEAST_STUCK = 1_000_000_000;
    private static final long FOR_GOOD = 3_600_000_000_000L;

    private final World world;
    private final Churn churn;
    private final Runnable after;

    /** @param after goes on once the world has answered */
    public SingleFault(World world, Churn churn, Runnable after) {
        this.world = world;
        this.churn = churn;
        this.after = after;
    }

    /** Strikes if some EIP is held and there is another node to hold it. */
    public void strike() {
        List<Assignment> held = world.ledger().fleet().eips().values().stream()
                // A node that failed it a short while ago is no candidate yet: then not all else is well.
                .filter(eip -> eip.quarantined().isEmpty())
                .map(FleetEip::assignment)
                .filter(assignment -> assignment.holder().isPresent())
                .toList();
        // In a new log the patience with a node is longer until leases of a log before it are over.
        boolean begun = world.ledger().liveness().earlierLeases().isEmpty();
        if (held.isEmpty()
                || !begun
                || world.nodes().size() < 2
                || !world.coordinators().isOwnerAlone()) {
            after.run();
            return;
        }
        Assignment chosen = held.get(world.random().nextInt(held.size()));
        NodeId holder = chosen.holder().orElseThrow().node();
        SimNode node = world.nodes().stream()
                .filter(one -> one.id().equals(holder))
                .findFirst()
                .orElseThrow();
        How how = drawn();
        world.trace().line(node.name(), "ALONE", how + ", holds " + chosen.eip());
        world.countFault();
        strike(how, node, chosen.eip());
    }

    private How drawn() {
        How[] all = How.values();
        return all[world.random().nextInt(all.length)];
    }

    private void strike(How how, SimNode node, Eip eip) {
        switch (how) {
            case LOSES_POWER -> {
                node.powerOff();
                await(how, eip, node, failover(), node::start);
            }
            case ITS_AGENT_DIES -> {
                node.crash();
                await(how, eip, node, failover(), node::start);
            }
            case IS_CUT_OFF -> {
                node.link().cutSending();
                node.link().cutReceiving();
                await(how, eip, node, failover(), node.link()::heal);
            }
            case FREEZES -> {
                node.freeze();
                await(how, eip, node, failover(), node::thaw);
            }
            case IS_DRAINED -> {
                churn.drain(node.id(), true);
                await(how, eip, node, move(), () -> churn.drain(node.id(), false));
            }
            case HANGS -> {
                node.agent().ifPresent(agent -> agent.hang(FOR_GOOD));
                await(how, eip, node, untilSilent() + failover(), node::crash);
            }
            case HAS_A_DEAF_SUCCESSOR ->
                loseBesideOneThatCannotRead(
                        how,
                        eip,
                        node,
                        deaf -> world.logs().views().forEach(deaf.link()::cut),
                        deaf -> deaf.link().heal());
            case HAS_AN_OLDER_SUCCESSOR ->
                loseBesideOneThatCannotRead(
                        how,
                        eip,
                        node,
                        old -> old.agent().ifPresent(agent -> agent.readAssignments(false)),
                        old -> { // an upgrade
                            old.crash();
                            old.start();
                        });
        }
    }

    private void loseBesideOneThatCannotRead(
            How how, Eip eip, SimNode node, Consumer<SimNode> hinder, Consumer<SimNode> mend) {
        int nodes = world.nodes().size();
        // Two that are silent must not be so many that the brake holds what is to move.
        boolean braked = 2 * 100 > world.swarm().settings().maxFailPercent() * nodes;
        Optional<SimNode> hindered = nodes < 3 || braked
                ? Optional.empty()
                : world.nodes().stream().filter(one -> one != node).findFirst();
        hindered.ifPresent(hinder);
        node.powerOff();
        await(how, eip, node, untilDeaf() + 3 * failover(), () -> {
            hindered.ifPresent(mend);
            node.start();
        });
    }

    private void await(How how, Eip eip, SimNode struck, long bound, Runnable restore) {
        long from = world.logs().heartbeats().end();
        long deadline = world.scheduler().now() + bound;
        await(
                () -> isEmittedBeside(eip, struck),
                () -> Math.max(deadline, lastUnreadable(struck, from) + bound),
                restore,
                () -> eip + " has no other emitter "
                        + bound / 1_000_000 + "ms after this of its holder: " + how + "; "
                        + world.ledger().fleet().eips().get(eip) + ", "
                        + world.ledger().liveness().nodes().get(struck.id()) + " at "
                        + world.ledger().liveness().clock());
    }

    /**
     * When something was appended last that nobody can read, and that names this node: it counts as its life,
     * although it may have lain in some buffer on the way for seconds.
     */
    private long lastUnreadable(SimNode node, long from) {
        SimLog<LivenessEvent> log = world.logs().heartbeats();
        long last = 0;
        for (long offset = from; offset < log.end(); offset++) {
            SimLog.Entry<LivenessEvent> entry = log.get(offset);
            boolean unread = entry.record()
                    .filter(event -> event instanceof UnreadableRecord record
                            && record.node().equals(node.id()))
                    .isPresent();
            last = unread && entry.isOf(world.fleetId()) ? entry.trueTime() : last;
        }
        return last;
    }

    private boolean isEmittedBeside(Eip eip, SimNode struck) {
        return world.emitters(eip).stream().anyMatch(node -> node != struck);
    }

    private void await(BooleanSupplier done, LongSupplier deadline, Runnable restore, Supplier<String> complaint) {
        if (done.getAsBoolean()) {
            restore.run();
            after.run();
        } else if (world.scheduler().now() > deadline.getAsLong()) {
            throw new LawBroken(LawName.BOUNDED_FAILOVER, complaint.get());
        } else {
            world.scheduler().in(LOOK_EVERY / 4, () -> await(done, deadline, restore, complaint));
        }
    }

    /**
     * The ticks that the eviction timeout takes, and one more that may just have passed, each with its way to the log
     * and back and as late as the coordinator may look; then the successor is asked.
     */
    private long failover() {
        Timings timings = world.swarm().settings().timings();
        long period = timings.tunnelMonitorPeriod().toNanos();
        long ticks = Math.ceilDiv(timings.eipEvictionTimeout().toNanos(), period) + 2;
        long tick = Math.round((period + period / world.swarm().punctuations())
                        * (1 + 2 * world.swarm().rateError()))
                + 2 * latency();
        return ticks * tick + asked();
    }

    /** An agent whose loop hangs says so by its silence, but never within the first second. */
    private long untilSilent() {
        Timings timings = world.swarm().settings().timings();
        long period = timings.tunnelUpdatePeriod().toNanos();
        return Math.max(timings.eipEvictionTimeout().toNanos(), LEAST_STUCK) + 2 * period;
    }

    /** A node that cannot read says so by its silence, once its patience has ended. */
    private long untilDeaf() {
        return (AgentView.PATIENCE + 1) * world.swarm().timeoutNanos();
    }

    /** The successor prepares, the holder lets go, the successor holds. */
    private long move() {
        return latency() + 3 * asked();
    }

    /** Four ways from log to log, and a node's work on every EIP that it is given. */
    private long asked() {
        long work = 4 * world.swarm().applyNanos() * (1 + world.swarm().wishes().all());
        return 4 * latency() + work + 3 * LOOK_EVERY;
    }

    private long latency() {
        return world.swarm().latency() + LOOK_EVERY / 10;
    }
}
