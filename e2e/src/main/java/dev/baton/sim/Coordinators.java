package dev.baton.sim;

import java.util.ArrayList;
import java.util.List;

/** The coordinator's instances: one that owns the partitions, and those that do not know yet that they no longer do. */
final class Coordinators {
    private final World world;
    private final List<SimCoordinator> alive = new ArrayList<>();
    private int started;

    Coordinators(World world) {
        this.world = world;
    }

    /** Another instance gets the partitions; what ran before goes on unknowing, as long as it lives. */
    SimCoordinator start() {
        alive.forEach(SimCoordinator::disown);
        var next = new SimCoordinator(world, ++started, world.link(), world.crookedClock());
        alive.add(next);
        next.start();
        return next;
    }

    /** The one that owns the partitions, if there is one. */
    List<SimCoordinator> alive() {
        return alive;
    }

    void kill(SimCoordinator one) {
        if (alive.remove(one)) {
            world.trace().line(one.name(), "die", "");
            one.die();
        }
    }

    /** As a rollout does: the owner ends, and another instance starts at once. */
    void restart() {
        List.copyOf(alive).forEach(this::kill);
        start();
    }

    /** Everybody learns who owns the partitions: the others stop. */
    void settle() {
        for (SimCoordinator one : List.copyOf(alive)) {
            if (one != alive.getLast()) {
                kill(one);
            }
        }
        if (alive.isEmpty()) {
            start();
        }
        SimCoordinator owner = alive.getLast();
        owner.link().heal();
        if (owner.process().isFrozen()) {
            owner.process().thaw();
        }
    }
}
