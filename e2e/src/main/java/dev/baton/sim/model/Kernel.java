package dev.baton.sim.model;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.datapath.KernelLease.Renewal;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a node's kernel holds: which EIPs, the fence that gates their frames, the lease that opens it, and the
 * connections that are translated to them. It outlives every agent, ends the lease by itself at its time, and forgets
 * all without power.
 *
 * <p>Pods talk all the time: whichever EIP the kernel holds has a connection, which lives on until the kernel forgets
 * it, and sends frames with the EIP wherever the fence does not stop them.
 */
public final class Kernel {
    /** A change that comes later after the reading of the clock is refused. */
    public static final long GUARD = 40_000_000;

    /** Under which authority the agent put an EIP here. */
    public record Held(Epoch epoch, Incarnation incarnation) {}

    private final CrookedClock clock;
    private final TreeMap<Eip, Held> held = new TreeMap<>();
    private final TreeMap<Eip, Held> connections = new TreeMap<>();
    private final TreeSet<Eip> fenced = new TreeSet<>();
    private long leaseEnds = Long.MIN_VALUE;
    private int networkInterface;
    private boolean fence;
    /** The only interface whose frames the fence sees; empty: it sees those of all. */
    private OptionalInt onlyOn = OptionalInt.empty();

    public Kernel(CrookedClock clock) {
        this.clock = clock;
    }

    public boolean leaseRuns() {
        return leaseEnds > clock.scheduler().now();
    }

    /** In true time. */
    public long leaseEnds() {
        return leaseEnds;
    }

    /** What is left of the lease on this machine's clock. */
    public long remaining() {
        return leaseRuns() ? clock.localNanos(leaseEnds - clock.scheduler().now()) : 0;
    }

    /**
     * @param read the clock's reading from which {@code until} was reckoned: the kernel takes a time to go
     * @return false if that was so long ago that the guard refuses
     */
    public boolean begin(long read, long until) {
        if (clock.now() - read > GUARD) {
            return false;
        }
        leaseEnds = clock.scheduler().now() + clock.trueNanos(until - read);
        return true;
    }

    public Renewal renew(long read, long until) {
        if (!leaseRuns()) {
            return Renewal.LAPSED;
        }
        if (clock.now() - read > GUARD) {
            return Renewal.TOO_LATE;
        }
        leaseEnds = clock.scheduler().now() + clock.trueNanos(until - read);
        return Renewal.RENEWED;
    }

    public void revoke() {
        leaseEnds = Long.MIN_VALUE;
    }

    /** From now on frames with these EIPs leave only where the kernel holds them, while the lease runs. */
    public void fence(Set<Eip> eips) {
        fenced.addAll(eips);
    }

    public void unfence(Eip eip) {
        fenced.remove(eip);
    }

    public SortedSet<Eip> fenced() {
        return fenced;
    }

    public void hold(Eip eip, Held authority) {
        held.put(eip, authority);
        connections.put(eip, authority);
    }

    public void letGo(Eip eip) {
        held.remove(eip);
    }

    public void letGoAll() {
        held.clear();
    }

    public void forgetConnections(Eip eip) {
        connections.remove(eip);
    }

    public boolean isFenced() {
        return fence;
    }

    /**
     * Makes the fence if there is none.
     *
     * @param everywhere whether it stands on every interface, or only on the one that the default route leads through
     */
    public void makeFence(boolean everywhere) {
        if (!fence) {
            openFence(everywhere);
        }
    }

    /** Makes the fence, also if there is one on other interfaces. */
    public void openFence(boolean everywhere) {
        fence = true;
        onlyOn = everywhere ? OptionalInt.empty() : OptionalInt.of(networkInterface);
    }

    /** Somebody deletes all rules: nothing asks for the lease any more, and nothing is known of it. */
    public void flushFence() {
        revoke();
        fence = false;
    }

    /** The default route leads through another interface: the EIPs live there from now on. */
    public void takeAnotherInterface() {
        networkInterface++;
    }

    public void losePower() {
        revoke();
        letGoAll();
        connections.clear();
        fenced.clear();
        fence = false;
    }

    public TreeMap<Eip, Held> held() {
        return held;
    }

    /** Under which authority frames with this EIP leave this machine now; empty: none leaves. */
    public Optional<Held> emission(Eip eip) {
        Optional<Held> source = Optional.ofNullable(held.getOrDefault(eip, connections.get(eip)));
        boolean sees = onlyOn.isEmpty() || onlyOn.getAsInt() == networkInterface;
        boolean gated = fence && sees && fenced.contains(eip);
        return source.filter(authority -> !gated || held.containsKey(eip) && leaseRuns());
    }

    /** The EIPs that frames may leave with. */
    public SortedSet<Eip> sources() {
        // Whatever is held has a connection.
        return connections.navigableKeySet();
    }
}
