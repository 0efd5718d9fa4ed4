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
import java.util.stream.Stream;

/** Everything there is: one clock, one source of chance, the logs, the machines, and the truth about them. */
final class World {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final FleetId FLEET = new FleetId("sim");
    private static final FleetId NEIGHBOUR = new FleetId("neighbour");

    private final Random random;
    private final Optional<Mutant> mutant;
    private final Swarm swarm;
    private final Scheduler scheduler = new Scheduler();
    private final Trace trace = new Trace(scheduler);
    private final Logs logs = Logs.empty(scheduler);
    private final Acts acts = new Acts();
    private final Sightings sightings = new Sightings(this);
    private final Ledger ledger;
    private final Ledger neighbours;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimNode> twins = new ArrayList<>();
    private final Coordinators coordinators;
    private Group group = Group.START;
    private final Optional<Fault> fatal;
    private Optional<Long> hiddenHistory = Optional.empty();
    private long faults;
    private boolean calm;

    /** @param fatal a fault that the code is known not to survive, on top of those that the seed draws */
    World(long seed, Optional<Mutant> mutant, Optional<Fault> fatal) {
        this.random = new Random(seed);
        this.mutant = mutant;
        this.fatal = fatal;
        Swarm drawn = Swarm.drawnFrom(random);
        this.swarm = mutant.map(Mutant::faults)
                .filter(faults -> !faults.isEmpty())
                .map(drawn::with)
                .orElse(drawn);
        this.ledger = new Ledger(this, FLEET);
        this.neighbours = new Ledger(this, NEIGHBOUR);
        for (int n = 1; n <= swarm.nodes(); n++) {
            var id = new NodeId("node" + n);
            nodes.add(new SimNode(this, id, id.value(), address("192.168.0." + n), crookedClock()));
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

    private static ParentInterface address(String ipv4) {
        return new ParentInterface("eth0", Optional.of(IpAddress.parse(ipv4)), Optional.empty());
    }

    /** The faults that may come. */
    List<Fault> menu() {
        var menu = new ArrayList<Fault>(swarm.faults());
        fatal.filter(fault -> fault.kind() != Fault.Kind.ALONE).ifPresent(menu::add);
        return menu;
    }

    /** The only thing that may happen to a world at rest, if this run is about that. */
    Optional<Fault> alone() {
        return fatal.filter(fault -> fault.kind() == Fault.Kind.ALONE);
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

    Sightings sightings() {
        return sightings;
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

    /** The fleet whose nodes there are. */
    FleetId fleetId() {
        return FLEET;
    }

    /** A fleet without nodes, in the same partition of every topic. */
    FleetId neighbour() {
        return NEIGHBOUR;
    }

    List<FleetId> fleets() {
        return List.of(FLEET, NEIGHBOUR);
    }

    Ledger ledger(FleetId fleet) {
        return fleet.equals(FLEET) ? ledger : neighbours;
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

    /** Share of the given-up writes that are appended late all the same; what was given up in calm is lost. */
    double wandering() {
        return calm ? 0 : swarm.wandering();
    }

    boolean applyFails() {
        boolean fails = !calm && random.nextDouble() < swarm.applyFails();
        if (fails) {
            countFault();
        }
        return fails;
    }

    /** Another machine runs with the same name for a while. */
    void twin(SimNode node, long nanos) {
        String number = node.id().value().substring("node".length());
        var twin = new SimNode(
                this,
                node.id(),
                node.id() + "'".repeat(twins.size() + 1),
                address("192.168.1." + number),
                crookedClock());
        twins.add(twin);
        twin.start();
        scheduler.in(nanos, () -> end(twin));
    }

    private void end(SimNode twin) {
        if (twins.remove(twin)) {
            twin.powerOff();
        }
    }

    void endTwins() {
        List.copyOf(twins).forEach(this::end);
    }

    /** All machines, twins among them. */
    List<SimNode> machines() {
        // Asked for after every step, and there is hardly ever a twin.
        return twins.isEmpty()
                ? nodes
                : Stream.concat(nodes.stream(), twins.stream()).toList();
    }

    /** What is before this offset of the fleet log cannot be found now, nor any snapshot of it. */
    void hideHistory(Optional<Long> before) {
        hiddenHistory = before;
    }

    Optional<Long> hiddenHistory() {
        return hiddenHistory;
    }

    /** The nodes that emit frames with this EIP at this instant. */
    List<SimNode> emitters(Eip eip) {
        var emitters = new ArrayList<SimNode>();
        for (SimNode node : machines()) {
            if (node.emits(eip)) {
                emitters.add(node);
            }
        }
        return emitters;
    }
}
