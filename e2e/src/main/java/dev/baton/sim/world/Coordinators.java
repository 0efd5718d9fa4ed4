package dev.baton.sim.world;

import dev.baton.contract.Rules;
import dev.baton.sim.menu.Rare;
import dev.baton.sim.model.Committed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The coordinator's instances: one that owns the partitions, and those that do not know yet that they no longer do. */
public final class Coordinators {
    private final World world;
    private final List<SimCoordinator> alive = new ArrayList<>();
    private final List<SimCoordinator> hanging = new ArrayList<>();
    /** Of how many that hung something may still be on the wire. */
    private int lastWords;

    private int started;
    private Rules newest;

    Coordinators(World world) {
        this.world = world;
        this.newest = world.oldestRelease();
    }

    /** Another instance gets the partitions; what ran before goes on unknowing, as long as it lives. */
    public SimCoordinator start() {
        alive.forEach(SimCoordinator::disown);
        world.sightings().takeOver();
        var next = new SimCoordinator(world, ++started, newest, world.link(), world.crookedClock());
        alive.add(next);
        next.start();
        return next;
    }

    public void startIfNone() {
        if (alive.isEmpty()) {
            start();
        }
    }

    /** Instances that are started from now on are of the other release: a rollout, or a rollback. */
    public void changeRelease() {
        newest = newest.equals(Rules.NEWEST) ? OtherRules.VERSION : Rules.NEWEST;
    }

    /** It hangs until it is {@link #ended}, whatever else is mended, and another gets the partitions at once. */
    public void hang(SimCoordinator one) {
        one.process().freeze();
        one.disown();
        alive.remove(one);
        hanging.add(one);
        startIfNone();
    }

    public void ended(SimCoordinator hung) {
        if (hanging.remove(hung)) {
            end(hung);
            lastWords++;
            world.scheduler().in(world.swarm().timeoutNanos(), () -> lastWords--);
        }
    }

    /** Whether no instance lives beside the owner, or may go on and speak. */
    public boolean isOwnerAlone() {
        return alive.size() == 1 && hanging.isEmpty() && lastWords == 0;
    }

    /** The instance that owns the partitions. */
    public Optional<SimCoordinator> owner() {
        return alive.isEmpty() ? Optional.empty() : Optional.of(alive.getLast());
    }

    boolean isOwner(SimCoordinator one) {
        return owner().filter(owner -> owner == one).isPresent();
    }

    /** What no instance has still to read. */
    public Committed read() {
        Committed read = world.group();
        for (SimCoordinator one :
                Stream.concat(alive.stream(), hanging.stream()).toList()) {
            Committed next = one.position();
            read = new Committed(
                    Math.min(read.heartbeats(), next.heartbeats()),
                    Math.min(read.declarations(), next.declarations()),
                    Math.min(read.fleet(), next.fleet()));
        }
        return read;
    }

    public void kill(SimCoordinator one) {
        if (alive.remove(one)) {
            end(one);
        }
    }

    private void end(SimCoordinator one) {
        world.trace().line(one.name(), "die", "");
        one.die();
    }

    public void killAll() {
        List.copyOf(alive).forEach(this::kill);
    }

    /** Also those that hang, and would say something later. */
    public void endAll() {
        killAll();
        List.copyOf(hanging).forEach(this::ended);
    }

    /**
     * It ended by itself, because its past is incomplete; Kubernetes starts another one.
     *
     * @param at of its life
     */
    void refused(SimCoordinator one, Rare at) {
        world.sightings().count(at);
        ended(one);
        kill(one);
        world.scheduler().in(world.swarm().timeoutNanos() / 4, this::startIfNone);
    }

    /** As a rollout does: the owner ends, and another instance starts at once. */
    public void restart() {
        killAll();
        start();
    }

    /** The group notices that the owner is silent and gives its partitions to another. */
    public void succeed(SimCoordinator paused) {
        if (isOwner(paused)) {
            start();
        }
    }

    /** It learns that it owns nothing any more; if it still does, it goes on. */
    public void retire(SimCoordinator one) {
        if (alive.contains(one) && !isOwner(one)) {
            kill(one);
        }
    }

    /** Everybody learns who owns the partitions: the others stop. An instance that hangs says first what it had to. */
    public void settle() {
        newest = OtherRules.VERSION; // one that ended because it is too old is replaced
        for (SimCoordinator one : List.copyOf(alive)) {
            one.link().heal();
            if (one.process().isFrozen()) {
                one.process().thaw();
            }
            if (!isOwner(one)) {
                world.scheduler().in(world.swarm().timeoutNanos() / 10, () -> retire(one));
            }
        }
        startIfNone();
    }
}
