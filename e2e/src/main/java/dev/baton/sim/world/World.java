package dev.baton.sim.world;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.sim.menu.Fault;
import dev.baton.sim.menu.Mutant;
import dev.baton.sim.menu.Swarm;
import dev.baton.sim.model.Committed;
import dev.baton.sim.model.CrookedClock;
import dev.baton.sim.model.Link;
import dev.baton.sim.model.Logs;
import dev.baton.sim.model.Scheduler;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.model.Trace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Everything there is: one clock, one source of chance, the logs, the machines, and the truth about them. */
public final class World {
    /** That of the nodes' own addresses, and those of all EIPs. */
    private static final List<Cidr> NETWORKS = Stream.of("192.168.0.0/24", "10.6.0.0/16", "fd00:6::/32")
            .map(Cidr::parse)
            .toList();

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final FleetId FLEET = new FleetId("sim");
    private static final FleetId NEIGHBOUR = new FleetId("neighbour");

    private final Random random;
    private final Optional<Mutant> mutant;
    private final Swarm swarm;
    private final Scheduler scheduler = new Scheduler();
    private final Trace trace = new Trace(scheduler);
    private final Logs logs = Logs.empty(scheduler);
    private final Deeds deeds = new Deeds();
    private final Sightings sightings = new Sightings(this);
    private boolean logsBeganAnew;
    private Epoch carriedOver = Epoch.NONE;
    private final Ledger ledger;
    private final Ledger neighbours;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimNode> twins = new ArrayList<>();
    private int twinsSoFar;
    private final Coordinators coordinators;
    private Committed group = Committed.START;
    private final Optional<Fault> fatal;
    private Optional<Long> hiddenHistory = Optional.empty();
    private boolean compactsEarly;
    private long faults;
    private boolean calm;

    /** @param fatal a fault that the code is known not to survive, on top of those that the seed draws */
    public World(long seed, Optional<Mutant> mutant, Optional<Fault> fatal) {
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

    public Link link() {
        return new Link(random, swarm.latency(), swarm.timeoutNanos());
    }

    private static ParentInterface address(String ipv4) {
        return new ParentInterface("eth0", Optional.of(IpAddress.parse(ipv4)), Optional.empty())
                .withNetworks(NETWORKS, List.of());
    }

    /** What a run begins with: where releases are rolled out, with one that does not know today's rules. */
    Rules oldestRelease() {
        return swarm.has(Fault.OTHER_RULES) ? Rules.FIRST : Rules.NEWEST;
    }

    /** The faults that may come. */
    public List<Fault> menu() {
        var menu = new ArrayList<Fault>(swarm.faults());
        fatal.ifPresent(menu::add);
        return menu;
    }

    public Random random() {
        return random;
    }

    public Optional<Mutant> mutant() {
        return mutant;
    }

    /** Of faults that the code is known not to survive. */
    boolean has(Fault one) {
        return fatal.equals(Optional.of(one));
    }

    boolean has(Mutant one) {
        return mutant.equals(Optional.of(one));
    }

    public Swarm swarm() {
        return swarm;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    public Trace trace() {
        return trace;
    }

    public Logs logs() {
        return logs;
    }

    public Deeds deeds() {
        return deeds;
    }

    public Sightings sightings() {
        return sightings;
    }

    public Ledger ledger() {
        return ledger;
    }

    public List<SimNode> nodes() {
        return nodes;
    }

    public Coordinators coordinators() {
        return coordinators;
    }

    /** The fleet whose nodes there are. */
    public FleetId fleetId() {
        return FLEET;
    }

    /** A fleet without nodes, in the same partition of every topic. */
    public FleetId neighbour() {
        return NEIGHBOUR;
    }

    List<FleetId> fleets() {
        return List.of(FLEET, NEIGHBOUR);
    }

    public Ledger ledger(FleetId fleet) {
        return fleet.equals(FLEET) ? ledger : neighbours;
    }

    /** All topics are deleted and made again. */
    public void makeLogsAnew() {
        logs.all().forEach(SimLog::makeAnew);
        commit(Committed.START);
        carriedOver = Epoch.NONE;
        logsBeganAnew = true;
    }

    /** Up to this epoch, assignments come from the logs that were there before. */
    public void carryOver(Epoch last) {
        carriedOver = last;
    }

    /** Whether a node that comes over lets go of what it held by this epoch, though this log says that it holds it. */
    public boolean isOfLogBefore(Epoch epoch) {
        return !epoch.supersedes(carriedOver);
    }

    /** Once for each time that they did. */
    public boolean logsBeganAnew() {
        boolean began = logsBeganAnew;
        logsBeganAnew = false;
        return began;
    }

    public Committed group() {
        return group;
    }

    public void commit(Committed committed) {
        group = committed;
    }

    /** True time as a wall clock that is right would show it. */
    Instant wallClock() {
        return BEGINNING.plusNanos(scheduler.now());
    }

    /** No faults from now on, nothing fails. */
    public void calm(boolean isCalm) {
        calm = isCalm;
    }

    /** Something was done to the world that may cost decisions. */
    public void countFault() {
        faults++;
    }

    public long faults() {
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

    /** Whether nothing strikes any more, until the next round. */
    public boolean isCalm() {
        return calm;
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

    /** Another machine runs with the same name for a while; sometimes it is a copy of the first one. */
    public void twin(SimNode node, long nanos) {
        String number = node.id().value().substring("node".length());
        var twin = new SimNode(
                this,
                node.id(),
                node.id() + "'" + ++twinsSoFar,
                address("10.%d.%d.%s".formatted(twinsSoFar >> 8, twinsSoFar & 255, number)),
                crookedClock());
        twins.add(twin);
        twin.install(node.newest());
        if (random.nextBoolean()) {
            twin.runDirectory().copy(node.runDirectory());
        }
        twin.start();
        scheduler.in(nanos, () -> end(twin));
    }

    private void end(SimNode twin) {
        if (twins.remove(twin)) {
            twin.powerOff();
        }
    }

    public void endTwins() {
        List.copyOf(twins).forEach(this::end);
    }

    /** All machines, twins among them. */
    public List<SimNode> machines() {
        // Asked for after every step, and there is hardly ever a twin.
        return twins.isEmpty()
                ? nodes
                : Stream.concat(nodes.stream(), twins.stream()).toList();
    }

    /** From now on compaction goes by no lag. */
    public void compactEarly() {
        compactsEarly = true;
    }

    public boolean compactsEarly() {
        return compactsEarly;
    }

    /** The coordinator is of the newest release from now on: it can read what everybody writes. */
    public void upgradeCoordinator() {
        boolean wasUnreadable = false;
        for (SimNode node : machines()) {
            wasUnreadable |= node.speakPlainly();
        }
        if (wasUnreadable) {
            coordinators.restart();
        }
    }

    /** What is before this offset of the fleet log cannot be found now, nor any snapshot of it. */
    public void hideHistory(Optional<Long> before) {
        hiddenHistory = before;
    }

    Optional<Long> hiddenHistory() {
        return hiddenHistory;
    }

    /** The nodes that emit frames with this EIP at this instant. */
    public List<SimNode> emitters(Eip eip) {
        var emitters = new ArrayList<SimNode>();
        for (SimNode node : machines()) {
            if (node.emits(eip)) {
                emitters.add(node);
            }
        }
        return emitters;
    }
}
