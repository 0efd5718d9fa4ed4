package dev.baton.sim;

import dev.baton.contract.Eip;
import dev.baton.contract.FleetId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Everything there is: one clock, one source of chance, the logs, the machines, and the truth about them. */
final class World {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final FleetId FLEET = new FleetId("sim");

    private final Random random;
    private final Optional<Mutant> mutant;
    private final Swarm swarm;
    private final Scheduler scheduler = new Scheduler();
    private final Trace trace = new Trace(scheduler);
    private final Logs logs = Logs.empty(scheduler);
    private final Acts acts = new Acts();
    private final Ledger ledger;
    private final List<SimNode> nodes = new ArrayList<>();
    private final Coordinators coordinators;
    private Group group = Group.START;
    private long faults;
    private boolean calm;

    World(long seed, Optional<Mutant> mutant) {
        this.random = new Random(seed);
        this.mutant = mutant;
        this.swarm = Swarm.drawnFrom(random);
        this.ledger = new Ledger(this);
        for (int n = 1; n <= swarm.nodes(); n++) {
            nodes.add(new SimNode(this, new NodeId("node" + n), crookedClock()));
        }
        this.coordinators = new Coordinators(this);
    }

    /** Half of the clocks are as wrong as they may be: that is where the laws are tight. */
    CrookedClock crookedClock() {
        double error = swarm.rateError() * (random.nextBoolean() ? 1 : random.nextDouble());
        return new CrookedClock(scheduler, random.nextInt() * 1_000L, random.nextBoolean() ? 1 + error : 1 - error);
    }

    Link link() {
        return new Link(random, swarm.latency(), swarm.timeoutNanos());
    }

    Random random() {
        return random;
    }

    Optional<Mutant> mutant() {
        return mutant;
    }

    boolean has(Mutant one) {
        return mutant.equals(Optional.of(one));
    }

    Swarm swarm() {
        return swarm;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Trace trace() {
        return trace;
    }

    Logs logs() {
        return logs;
    }

    Acts acts() {
        return acts;
    }

    Ledger ledger() {
        return ledger;
    }

    List<SimNode> nodes() {
        return nodes;
    }

    Coordinators coordinators() {
        return coordinators;
    }

    FleetId fleetId() {
        return FLEET;
    }

    Group group() {
        return group;
    }

    void commit(Group committed) {
        group = committed;
    }

    /** True time as a wall clock that is right would show it. */
    Instant wallClock() {
        return BEGINNING.plusNanos(scheduler.now());
    }

    /** No faults from now on, nothing fails. */
    void calm(boolean isCalm) {
        calm = isCalm;
    }

    /** Something was done to the world that may cost decisions. */
    void countFault() {
        faults++;
    }

    long faults() {
        return faults;
    }

    long applyNanos() {
        return Math.round(swarm.applyNanos() * (0.2 + random.nextDouble() * 1.6));
    }

    /** One call of a tool; now and then it takes longer than the kernel's guard allows. */
    long toolNanos() {
        return random.nextInt(20) == 0
                ? Math.round(random.nextDouble() * 60_000_000)
                : 300_000 + random.nextInt(2_000_000);
    }

    boolean applyFails() {
        boolean fails = !calm && random.nextDouble() < swarm.applyFails();
        if (fails) {
            countFault();
        }
        return fails;
    }

    ParentInterface parentOf(SimNode node) {
        String number = node.id().value().substring("node".length());
        return new ParentInterface("eth0", Optional.of(IpAddress.parse("192.168.0." + number)), Optional.empty());
    }

    /** The nodes that emit frames with this EIP at this instant. */
    List<SimNode> emitters(Eip eip) {
        var emitters = new ArrayList<SimNode>();
        for (SimNode node : nodes) {
            if (node.emits(eip)) {
                emitters.add(node);
            }
        }
        return emitters;
    }
}
