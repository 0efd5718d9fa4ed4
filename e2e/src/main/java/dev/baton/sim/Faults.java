package dev.baton.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Breaks things, one of the swarm's faults at a time, and puts them right again. */
final class Faults {
    private static final long JUST_STARTED = 30_000_000;

    private final World world;
    private final Churn churn;
    private final List<Fault> menu;
    private boolean going;

    Faults(World world, Churn churn) {
        this.world = world;
        this.churn = churn;
        this.menu = List.copyOf(world.swarm().faults());
    }

    void begin() {
        going = true;
        world.calm(false);
        scheduleNext();
    }

    private void scheduleNext() {
        world.scheduler().in(drawn(world.swarm().faultGap()), this::next);
    }

    private void next() {
        if (!going) {
            return;
        }
        if (world.random().nextDouble() < world.swarm().churn() && churn.any()) {
            restartSoon();
        }
        Fault fault = menu.get(world.random().nextInt(menu.size()));
        world.countFault();
        strike(fault);
        scheduleNext();
    }

    /**
     * Who changes the settings often restarts agents for it, and a restart must not forget what the old ones promised.
     */
    private void restartSoon() {
        if (world.swarm().has(Fault.CRASH_AGENT) && world.random().nextBoolean()) {
            world.scheduler().in(spell() / 2, () -> {
                if (going) {
                    world.countFault();
                    strike(Fault.CRASH_AGENT, anyNode());
                }
            });
        }
    }

    /** Misfortunes come in pairs: a second fault soon after, on the same node. */
    private void next(SimNode node) {
        Fault fault = menu.get(world.random().nextInt(menu.size()));
        if (going && isOfNode(fault)) {
            world.countFault();
            strike(fault, node);
        }
    }

    private static boolean isOfNode(Fault fault) {
        return switch (fault) {
            case CRASH_AGENT,
                    LOSE_RUN_DIRECTORY,
                    FREEZE_NODE,
                    NEAR_MISS,
                    POWER_OFF,
                    LEAVE,
                    BREAK_DATAPATH,
                    CUT_SENDING,
                    CUT_RECEIVING,
                    CLOG -> true;
            case SWIZZLE,
                    CRASH_COORDINATOR,
                    PAUSE_COORDINATOR,
                    SECOND_COORDINATOR,
                    CUT_COORDINATOR,
                    LOG_OUTAGE,
                    LEADER_CHANGE -> false;
        };
    }

    private long drawn(long mean) {
        return Math.round(mean * 2 * world.random().nextDouble());
    }

    /**
     * How long something stays broken: often about as long as a node's silence may be, for that is where it is tight.
     */
    private long spell() {
        double share = world.random().nextInt(3) == 0 ? 2.5 : 1.3;
        return Math.round(world.swarm().timeoutNanos() * share * world.random().nextDouble());
    }

    private SimNode anyNode() {
        return world.nodes().get(world.random().nextInt(world.nodes().size()));
    }

    private void strike(Fault fault) {
        switch (fault) {
            case CRASH_AGENT,
                    LOSE_RUN_DIRECTORY,
                    FREEZE_NODE,
                    NEAR_MISS,
                    POWER_OFF,
                    LEAVE,
                    BREAK_DATAPATH,
                    CUT_SENDING,
                    CUT_RECEIVING,
                    CLOG -> {
                SimNode node = anyNode();
                strike(fault, node);
                if (world.random().nextInt(5) < 2) {
                    world.scheduler().in(spell() / 2, () -> next(node));
                }
            }
            case SWIZZLE -> swizzle();
            case CRASH_COORDINATOR, PAUSE_COORDINATOR, SECOND_COORDINATOR, CUT_COORDINATOR -> coordinator(fault);
            case LOG_OUTAGE -> outage();
            case LEADER_CHANGE -> leaderChange();
        }
    }

    private void strike(Fault fault, SimNode node) {
        world.trace().line(node.id().value(), "FAULT", fault.toString());
        switch (fault) {
            case CRASH_AGENT -> {
                node.crash();
                restartLater(node);
            }
            case LOSE_RUN_DIRECTORY -> {
                node.crash();
                node.runDirectory().lose();
                restartLater(node);
            }
            case FREEZE_NODE -> {
                node.freeze();
                world.scheduler().in(spell(), node::thaw);
            }
            case NEAR_MISS -> node.missNearly();
            case POWER_OFF -> {
                node.powerOff();
                restartLater(node);
            }
            case LEAVE -> node.agent().ifPresent(agent -> agent.leave(spell()));
            case BREAK_DATAPATH -> {
                node.breakDatapath();
                world.scheduler().in(spell(), node::mend);
            }
            case CUT_SENDING -> node.link().cutSending();
            case CUT_RECEIVING -> node.link().cutReceiving();
            case CLOG -> node.link().clog();
            default -> throw new IllegalStateException(fault + " is not a node's fault");
        }
        if (fault == Fault.CUT_SENDING || fault == Fault.CUT_RECEIVING || fault == Fault.CLOG) {
            world.scheduler().in(spell(), node.link()::heal);
        }
    }

    private void restartLater(SimNode node) {
        // Often at once: a restart within the lease, or a second loss within the same second, is the hard case.
        long pause = world.random().nextBoolean() ? spell() : spell() / 20;
        world.scheduler().in(pause, () -> {
            node.start();
            if (world.random().nextInt(4) == 0) {
                // What has said a word or two, and has not read its settings yet, is struck again.
                world.scheduler().in(drawn(JUST_STARTED), () -> next(node));
            }
        });
    }

    private void swizzle() {
        world.trace().line("net", "FAULT", "SWIZZLE");
        var cuts = new ArrayList<>(world.nodes());
        Collections.shuffle(cuts, world.random());
        long at = 0;
        for (SimNode node : cuts) {
            at += spell() / 4;
            boolean sending = world.random().nextBoolean();
            world.scheduler().in(at, () -> cut(node, sending));
        }
        Collections.shuffle(cuts, world.random());
        for (SimNode node : cuts) {
            at += spell() / 4;
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

    private void coordinator(Fault fault) {
        Coordinators coordinators = world.coordinators();
        if (coordinators.alive().isEmpty()) {
            coordinators.start();
            return;
        }
        SimCoordinator owner = coordinators.alive().getLast();
        world.trace().line(owner.name(), "FAULT", fault.toString());
        switch (fault) {
            case CRASH_COORDINATOR -> {
                coordinators.kill(owner);
                long pause = world.random().nextInt(4) == 0 ? spell() : spell() / 50;
                world.scheduler().in(pause, this::startIfNone);
            }
            case PAUSE_COORDINATOR -> {
                owner.process().freeze();
                if (world.random().nextBoolean()) {
                    world.scheduler().in(spell() / 2, () -> succeed(owner));
                }
                world.scheduler().in(spell(), owner.process()::thaw);
                world.scheduler().in(spell() * 2, () -> retire(owner));
            }
            case SECOND_COORDINATOR -> {
                coordinators.start();
                world.scheduler().in(spell() * 2, () -> retire(owner));
            }
            case CUT_COORDINATOR -> {
                owner.link().cutSending();
                world.scheduler().in(spell(), owner.link()::heal);
            }
            default -> throw new IllegalStateException(fault + " is not a coordinator's fault");
        }
    }

    private void startIfNone() {
        if (world.coordinators().alive().isEmpty()) {
            world.coordinators().start();
        }
    }

    /** The group notices that the owner is silent and gives its partitions to another. */
    private void succeed(SimCoordinator paused) {
        if (going
                && world.coordinators().alive().contains(paused)
                && world.coordinators().alive().getLast() == paused) {
            world.coordinators().start();
        }
    }

    /** It learns that it owns nothing any more; if it still does, it goes on. */
    private void retire(SimCoordinator one) {
        if (world.coordinators().alive().contains(one)
                && world.coordinators().alive().getLast() != one) {
            world.coordinators().kill(one);
        }
    }

    private void outage() {
        List<SimLog<?>> logs = world.logs().all();
        List<SimLog<?>> struck = world.random().nextBoolean()
                ? logs
                : List.of(logs.get(world.random().nextInt(logs.size())));
        world.trace().line("log", "FAULT", "LOG_OUTAGE of " + struck.size());
        struck.forEach(SimLog::goDown);
        world.scheduler().in(spell(), () -> struck.forEach(SimLog::comeUp));
    }

    private void leaderChange() {
        List<SimLog<?>> logs = world.logs().all();
        SimLog<?> log = logs.get(world.random().nextInt(logs.size()));
        long clock = Math.round(world.random().nextGaussian() * world.swarm().timeoutNanos());
        world.trace().line("log", "FAULT", "LEADER_CHANGE of " + log.name() + " by " + clock / 1_000_000 + "ms");
        log.changeLeader(clock);
    }

    /** Everything is mended; what was planned as a fault and comes later does no harm. */
    void heal() {
        going = false;
        world.calm(true);
        world.trace().line("world", "HEAL", "");
        world.logs().all().forEach(SimLog::comeUp);
        for (SimNode node : world.nodes()) {
            node.link().heal();
            node.thaw();
            node.mend();
            node.start();
        }
        world.coordinators().settle();
        churn.calm();
    }
}
