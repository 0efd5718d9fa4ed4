package dev.baton.sim.fault;

import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.SimNode;
import dev.baton.sim.world.World;

/** How long things last, and whom they strike. */
public final class Chance {
    private final World world;

    Chance(World world) {
        this.world = world;
    }

    /** Somewhere between nothing and twice the mean. */
    long about(long mean) {
        return Math.round(mean * 2 * world.random().nextDouble());
    }

    /**
     * How long something stays broken: often about as long as a node's silence may be, for that is where it is tight.
     */
    long spell() {
        double share = world.random().nextInt(3) == 0 ? 2.5 : 1.3;
        return Math.round(world.swarm().timeoutNanos() * share * world.random().nextDouble());
    }

    SimNode node() {
        return world.nodes().get(world.random().nextInt(world.nodes().size()));
    }

    SimLog<?> log() {
        return world.logs().all().get(world.random().nextInt(world.logs().all().size()));
    }
}
