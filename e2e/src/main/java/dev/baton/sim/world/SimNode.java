package dev.baton.sim.world;

import dev.baton.contract.AddressClaim;
import dev.baton.contract.DatapathMode;
import dev.baton.contract.Eip;
import dev.baton.contract.Incarnation;
import dev.baton.contract.MacAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.ObservedPath;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.sim.model.CrookedClock;
import dev.baton.sim.model.Kernel;
import dev.baton.sim.model.Link;
import dev.baton.sim.model.RunDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A machine: its kernel, its clock, its link and its run directory outlive its agents. */
public final class SimNode {
    /** The machine that answers for EIPs. */
    static final MacAddress FOREIGN = new MacAddress("02:00:00:00:00:99");

    private final World world;
    private final NodeId id;
    private final String name;
    private final ParentInterface whole;
    private ParentInterface parent;
    private boolean tunnelClosed;
    private boolean recordsOnly;
    private boolean hearsOwner;
    private final CrookedClock clock;
    private final Kernel kernel;
    private final Link link;
    private final RunDirectory runDirectory = new RunDirectory();
    private Optional<Agent> agent = Optional.empty();
    private Rules newest;
    private boolean powered = true;
    private boolean broken;
    private boolean refusesChanges;
    private boolean refusesToLetGo;
    private boolean keepsConnections;
    private boolean nearMiss;
    private Duration wallClockError = Duration.ZERO;

    /**
     * @param id what it calls itself
     * @param name its own, in the trace
     * @param parent its network interface
     */
    SimNode(World world, NodeId id, String name, ParentInterface parent, CrookedClock clock) {
        this.world = world;
        this.id = id;
        this.name = name;
        this.whole = parent;
        this.parent = parent;
        this.clock = clock;
        this.kernel = new Kernel(clock);
        this.link = world.link();
        this.newest = world.oldestRelease();
    }

    public String name() {
        return name;
    }

    /** What its peers would tunnel to, and whom of them it reaches. */
    public ParentInterface parent() {
        return parent.withMode(recordsOnly ? DatapathMode.RECORDS : DatapathMode.ACTS)
                .withPaths(world.nodes().stream()
                        .filter(other -> !other.id.equals(id))
                        .map(other -> new ObservedPath(other.id, tunnelClosed || other.tunnelClosed))
                        .toList())
                .withClaims(hearsOwner ? claims() : List.of());
    }

    private List<AddressClaim> claims() {
        return kernel.held().keySet().stream()
                .flatMap(eip -> eip.addresses().stream())
                .map(address -> new AddressClaim(address, FOREIGN))
                .toList();
    }

    public void recordOnly(boolean only) {
        recordsOnly = only;
    }

    public void closeTunnel(boolean closed) {
        tunnelClosed = closed;
    }

    /** It is in one network only, in which there are no EIPs. */
    public void loseInterface() {
        parent = whole.withNetworks(whole.networks().subList(0, 1), whole.macs());
    }

    public void regainInterface() {
        parent = whole;
    }

    /** Whether another machine answers for each EIP that this one is about to take. */
    boolean hearsOwner() {
        return hearsOwner;
    }

    public void hearAnOwner(boolean does) {
        hearsOwner = does;
    }

    /** What this machine takes the time of day to be. */
    Instant wallClock() {
        return world.wallClock().plus(wallClockError);
    }

    public void stepWallClock(Duration by) {
        wallClockError = wallClockError.plus(by);
    }

    public NodeId id() {
        return id;
    }

    CrookedClock clock() {
        return clock;
    }

    public Kernel kernel() {
        return kernel;
    }

    public Link link() {
        return link;
    }

    public RunDirectory runDirectory() {
        return runDirectory;
    }

    public Optional<Agent> agent() {
        return agent;
    }

    /** Whether frames with this EIP leave this machine now. */
    boolean emits(Eip eip) {
        return emission(eip).isPresent();
    }

    /** Under which authority it does; empty: none leaves. */
    public Optional<Kernel.Held> emission(Eip eip) {
        return powered ? kernel.emission(eip) : Optional.empty();
    }

    boolean isBroken() {
        return broken;
    }

    /** Sometimes what is found broken is all; sometimes no change succeeds either, or not even letting go. */
    public void breakDatapath() {
        broken = true;
        int how = world.random().nextInt(4);
        refusesChanges = how > 1;
        refusesToLetGo = how > 2;
    }

    /** Whether the kernel refuses to be changed now. */
    boolean refusesChanges() {
        return refusesChanges;
    }

    /** Whether the kernel refuses to let go of everything now. */
    boolean refusesToLetGo() {
        return refusesToLetGo;
    }

    /** Whether the kernel refuses to forget connections now. */
    boolean keepsConnections() {
        return keepsConnections;
    }

    /** Everybody can read what its agent writes. */
    boolean speakPlainly() {
        return agent.filter(Agent::speakPlainly).isPresent();
    }

    public void keepConnections(boolean isKeeping) {
        keepsConnections = isKeeping;
    }

    public void mend() {
        regainInterface();
        recordOnly(false);
        tunnelClosed = false;
        hearsOwner = false;
        keepsConnections = false;
        broken = false;
        refusesChanges = false;
        refusesToLetGo = false;
        nearMiss = false;
        runDirectory.refuse(false);
        agent.ifPresent(Agent::nothingAfterAnswer);
        agent.ifPresent(Agent::goOn);
    }

    /** Its next renewal comes as late as the kernel's guard allows, and is its last for a while. */
    public void missNearly() {
        nearMiss = true;
    }

    /** How long the next renewal takes from reading the clock to the change. */
    long renewalNanos() {
        if (!nearMiss) {
            return world.toolNanos();
        }
        nearMiss = false;
        link.cutSending();
        world.scheduler().in(world.swarm().timeoutNanos() * 3 / 2, link::heal);
        return Kernel.GUARD - world.random().nextInt(1_000_000);
    }

    public Incarnation incarnation() {
        return agent.map(Agent::incarnation).orElse(Incarnation.NONE);
    }

    /** Agents that are started from now on are of the newer release, or of the older one. */
    public void install(boolean newer) {
        newest = newer ? OtherRules.VERSION : Rules.NEWEST;
    }

    void install(Rules release) {
        newest = release;
    }

    Rules newest() {
        return newest;
    }

    public void start() {
        powered = true;
        if (agent.isEmpty()) {
            var next = new Agent(world, this);
            agent = Optional.of(next);
            world.trace().line(name, "start", runDirectory.toString());
            next.start();
        }
    }

    public void crash() {
        agent.ifPresent(Agent::die);
        agent = Optional.empty();
    }

    public void powerOff() {
        crash();
        kernel.losePower();
        runDirectory.lose();
        powered = false;
    }

    /** It has said that it leaves, and holds nothing any more or cannot wait longer. Its successor comes in a while. */
    void left() {
        crash();
        world.scheduler().in(world.swarm().timeoutNanos(), this::startAgain);
    }

    /** Its agent ended by itself; Kubernetes starts another one. */
    void failed() {
        world.trace().line(name, "fails", "");
        crash();
        world.scheduler().in(world.swarm().timeoutNanos() / 4, this::startAgain);
    }

    private void startAgain() {
        if (powered) {
            start();
        }
    }

    public void freeze() {
        agent.ifPresent(life -> life.process().freeze());
    }

    public void thaw() {
        agent.ifPresent(life -> life.process().thaw());
    }

    boolean isFrozen() {
        return agent.filter(life -> life.process().isFrozen()).isPresent();
    }
}
