package dev.baton.sim.fault;

import dev.baton.sim.menu.Fault;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;
import java.util.List;
import java.util.Optional;

/** Breaks things, one of the run's faults at a time, and puts them right again. */
public final class Faults {
    private final World world;
    private final Churn churn;
    private final List<Fault> menu;
    private final Chance chance;
    private final NodeFaults nodes;
    private final CoordinatorFaults coordinators;
    private final LogFaults logs;
    private boolean going;

    public Faults(World world, Churn churn) {
        this.world = world;
        this.churn = churn;
        this.menu = world.menu();
        this.chance = new Chance(world);
        this.nodes = new NodeFaults(world, chance, this::next);
        this.coordinators = new CoordinatorFaults(world, chance, churn);
        this.logs = new LogFaults(world, chance, churn);
    }

    public void begin() {
        going = true;
        nodes.go(true);
        world.calm(false);
        scheduleNext();
    }

    private void scheduleNext() {
        world.scheduler().in(chance.about(world.swarm().faultGap()), this::next);
    }

    private void next() {
        if (!going) {
            return;
        }
        if (world.random().nextDouble() < world.swarm().churn() && churn.any()) {
            restartSoon();
        }
        Fault fault = any();
        world.countFault();
        strike(fault);
        scheduleNext();
    }

    private Fault any() {
        return menu.get(world.random().nextInt(menu.size()));
    }

    /**
     * Users who change the settings often restart agents for it, and a restart must not forget what the old ones
     * promised.
     */
    private void restartSoon() {
        if (world.swarm().has(Fault.CRASH_AGENT) && world.random().nextBoolean()) {
            world.scheduler().in(chance.spell() / 2, () -> {
                if (going) {
                    world.countFault();
                    nodes.strike(Fault.CRASH_AGENT, chance.node());
                }
            });
        }
    }

    /** Misfortunes come in pairs: a second fault soon after, on the same node. */
    private void next(SimNode node) {
        Fault fault = any();
        if (going && fault.kind() == Fault.Kind.NODE) {
            world.countFault();
            nodes.strike(fault, node);
        }
    }

    private void strike(Fault fault) {
        switch (fault.kind()) {
            case NODE -> {
                SimNode node = chance.node();
                nodes.strike(fault, node);
                if (world.random().nextInt(5) < 2) {
                    world.scheduler().in(chance.spell() / 2, () -> next(node));
                }
            }
            case NETWORK -> nodes.swizzle();
            case COORDINATOR -> coordinators.strike(fault);
            case LOG -> logs.strike(fault);
        }
    }

    /** Everything is mended; what was planned as a fault and comes later does no harm. */
    public void heal() {
        going = false;
        nodes.go(false);
        world.calm(true);
        world.trace().line("world", "HEAL", "");
        world.logs().all().forEach(SimLog::comeUp);
        world.logs().all().forEach(SimLog::bringBack);
        world.hideHistory(Optional.empty());
        world.endTwins();
        for (SimNode node : world.nodes()) {
            node.link().heal();
            node.thaw();
            node.mend();
            node.install(true);
            node.start();
        }
        world.upgradeCoordinator();
        world.coordinators().settle();
        churn.calm();
    }
}
