package dev.baton.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The coordinator's instances: one that owns the partitions, and those that do not know yet that they no longer do. */
final class Coordinators {
    private final World world;
    private final List<SimCoordinator> alive = new ArrayList<>();
    private final List<SimCoordinator> hanging = new ArrayList<>();
    private int started;
    private boolean otherRules;

    Coordinators(World world) {
        this.world = world;
    }

    /** Another instance gets the partitions; what ran before goes on unknowing, as long as it lives. */
    SimCoordinator start() {
        alive.forEach(SimCoordinator::disown);
        world.sightings().takeOver();
        var next = new SimCoordinator(world, ++started, otherRules, world.link(), world.crookedClock());
        alive.add(next);
        next.start();
        return next;
    }

    void startIfNone() {
        if (alive.isEmpty()) {
            start();
        }
    }

    /** Instances that are started from now on decide by other rules. */
    void changeRules() {
        otherRules = !otherRules;
    }

    /** It hangs until it is {@link #ended}, whatever else is mended, and another gets the partitions at once. */
    void hang(SimCoordinator one) {
        one.process().freeze();
        one.disown();
        alive.remove(one);
        hanging.add(one);
        startIfNone();
    }

    void ended(SimCoordinator hung) {
        if (hanging.remove(hung)) {
            end(hung);
        }
    }

    /** The instance that owns the partitions. */
    Optional<SimCoordinator> owner() {
        return alive.isEmpty() ? Optional.empty() : Optional.of(alive.getLast());
    }

    boolean isOwner(SimCoordinator one) {
        return owner().filter(owner -> owner == one).isPresent();
    }

    /** What no instance has still to read. */
    Group read() {
        Group read = world.group();
        for (SimCoordinator one :
                Stream.concat(alive.stream(), hanging.stream()).toList()) {
            Group next = one.position();
            read = new Group(
                    Math.min(read.heartbeats(), next.heartbeats()),
                    Math.min(read.declarations(), next.declarations()),
                    Math.min(read.fleet(), next.fleet()));
        }
        return read;
    }

    void kill(SimCoordinator one) {
        if (alive.remove(one)) {
            end(one);
        }
    }

    private void end(SimCoordinator one) {
        world.trace().line(one.name(), "die", "");
        one.die();
    }

    void killAll() {
        List.copyOf(alive).forEach(this::kill);
    }

    /** It ended by itself, as a start does that finds its past incomplete; Kubernetes starts another one. */
    void refused(SimCoordinator one) {
        world.sightings().count(Rare.START_REFUSED);
        kill(one);
        world.scheduler().in(world.swarm().timeoutNanos() / 4, this::startIfNone);
    }

    /** As a rollout does: the owner ends, and another instance starts at once. */
    void restart() {
        killAll();
        start();
    }

    /** The group notices that the owner is silent and gives its partitions to another. */
    void succeed(SimCoordinator paused) {
        if (isOwner(paused)) {
            start();
        }
    }

    /** It learns that it owns nothing any more; if it still does, it goes on. */
    void retire(SimCoordinator one) {
        if (alive.contains(one) && !isOwner(one)) {
            kill(one);
        }
    }

    /** Everybody learns who owns the partitions: the others stop. An instance that hangs says first what it had to. */
    void settle() {
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
