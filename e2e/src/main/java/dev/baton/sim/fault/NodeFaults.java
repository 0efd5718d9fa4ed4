package dev.baton.sim.fault;

import dev.baton.contract.Rules;
import dev.baton.failover.core.LivenessState;
import dev.baton.sim.menu.Fault;
import dev.baton.sim.world.Agent;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.function.Consumer;

/** Faults of machines, their agents and their links. */
public final class NodeFaults {
    private static final long JUST_STARTED = 30_000_000;
    private static final long LEAST_STUCK = 1_000_000_000;
    private static final int LARGEST_STEP_SECONDS = 3_600;

    private final World world;
    private final Chance chance;
    private final Consumer<SimNode> another;
    private boolean going;

    /** @param another strikes the same node once more */
    NodeFaults(World world, Chance chance, Consumer<SimNode> another) {
        this.world = world;
        this.chance = chance;
        this.another = another;
    }

    /** Whether what was planned is still to happen. */
    void go(boolean isGoing) {
        going = isGoing;
    }

    void strike(Fault fault, SimNode node) {
        world.trace().line(node.name(), "FAULT", fault.toString());
        switch (fault) {
            case CRASH_AGENT -> {
                node.crash();
                restartLater(node);
            }
            case CRASH_AFTER_ANSWER ->
                node.agent()
                        .ifPresent(agent -> agent.afterAnswer(() -> {
                            node.crash();
                            world.scheduler().in(chance.spell() / 20, node::start);
                        }));
            case LOSE_RUN_DIRECTORY -> {
                node.crash();
                node.runDirectory().lose();
                restartLater(node);
            }
            case FREEZE_NODE -> {
                node.freeze();
                world.scheduler().in(chance.spell(), node::thaw);
            }
            case NEAR_MISS -> node.missNearly();
            case POWER_OFF -> {
                node.powerOff();
                restartLater(node);
            }
            case LEAVE -> node.agent().ifPresent(agent -> agent.leave(chance.spell()));
            case BREAK_DATAPATH -> {
                node.breakDatapath();
                world.scheduler().in(chance.spell(), node::mend);
            }
            case HANG_LOOP -> {
                // Often longer than a short timeout: a loop is given a second before it counts as one that hangs.
                long nanos = chance.spell() + (world.random().nextBoolean() ? LEAST_STUCK : 0);
                node.agent().ifPresent(agent -> agent.hang(nanos));
            }
            case CUT_SENDING -> cut(node, () -> node.link().cutSending());
            case CUT_RECEIVING -> cut(node, () -> node.link().cutReceiving());
            case CUT_ONE_LOG -> cut(node, () -> node.link().cut(chance.log()));
            case CLOG -> cut(node, () -> node.link().clog());
            case UNWRITABLE_RUN_DIRECTORY -> {
                node.runDirectory().refuse(true);
                world.scheduler().in(chance.spell(), () -> node.runDirectory().refuse(false));
            }
            case CLOCK_FORWARD -> node.stepWallClock(step());
            case CLOCK_BACK -> node.stepWallClock(step().negated());
            case UNREADABLE_HEARTBEATS -> {
                node.agent().ifPresent(Agent::garble);
                world.scheduler().in(chance.spell(), world::upgradeCoordinator);
            }
            case TWIN -> twin(node);
            case CONNECTIONS_STAY -> {
                node.keepConnections(true);
                world.scheduler().in(chance.spell(), () -> node.keepConnections(false));
            }
            case NEW_INTERFACE -> node.kernel().takeAnotherInterface();
            case LOSE_INTERFACE -> {
                node.loseInterface();
                world.scheduler().in(chance.spell(), node::regainInterface);
            }
            case CLOSE_TUNNEL -> {
                node.closeTunnel(true);
                world.scheduler().in(chance.spell(), () -> node.closeTunnel(false));
            }
            case RECORD_ONLY -> {
                node.recordOnly(true);
                world.scheduler().in(chance.spell(), () -> node.recordOnly(false));
            }
            case FOREIGN_OWNER -> {
                node.hearAnOwner(true);
                world.scheduler().in(chance.spell(), () -> node.hearAnOwner(false));
            }
            case FLUSH_FENCE -> node.kernel().flushFence();
            default -> throw new IllegalStateException(fault + " is not a node's fault");
        }
    }

    /** Older rules do not know of such, and no fleet is carried over while there are any. */
    private void twin(SimNode node) {
        LivenessState liveness = world.ledger().liveness();
        if (liveness.rules().include(Rules.NAME_KEPT)
                && liveness.earlierLeases().isEmpty()) {
            world.twin(node, chance.spell() * 2);
        }
    }

    private Duration step() {
        return Duration.ofSeconds(1 + world.random().nextInt(LARGEST_STEP_SECONDS));
    }

    private void cut(SimNode node, Runnable how) {
        how.run();
        world.scheduler().in(chance.spell(), node.link()::heal);
    }

    private void restartLater(SimNode node) {
        // Often at once: a restart within the lease, or a second loss within the same second, is the hard case.
        long pause = world.random().nextBoolean() ? chance.spell() : chance.spell() / 20;
        world.scheduler().in(pause, () -> {
            node.start();
            if (world.random().nextInt(4) == 0) {
                // What has said a word or two, and has not read its settings yet, is struck again.
                world.scheduler().in(chance.about(JUST_STARTED), () -> another.accept(node));
            }
        });
    }

    void swizzle() {
        world.trace().line("net", "FAULT", "SWIZZLE");
        var cuts = new ArrayList<>(world.nodes());
        Collections.shuffle(cuts, world.random());
        long at = 0;
        for (SimNode node : cuts) {
            at += chance.spell() / 4;
            boolean sending = world.random().nextBoolean();
            world.scheduler().in(at, () -> cut(node, sending));
        }
        Collections.shuffle(cuts, world.random());
        for (SimNode node : cuts) {
            at += chance.spell() / 4;
            world.scheduler().in(at, node.link()::heal);
        }
    }

    private void cut(SimNode node, boolean sending) {
        if (going && sending) {
            node.link().cutSending();
        } else if (going) {
            node.link().cutReceiving();
        }
    }
}
