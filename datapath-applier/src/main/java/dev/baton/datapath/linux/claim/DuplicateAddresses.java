package dev.baton.datapath.linux.claim;

import dev.baton.contract.AddressClaim;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.route.Announcer;
import dev.baton.datapath.linux.tool.RunTool;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses of EIPs that another machine has. {@link #ask} sends the questions for all addresses that are about to be
 * taken, other work goes on meanwhile, and {@link #await} hears the rest of the time. Who holds an address defends it
 * in {@link #listen}. Used by one thread.
 */
public final class DuplicateAddresses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DuplicateAddresses.class);

    /** From the first question on. A machine that is awake answers within a millisecond or two. */
    static final Duration SILENCE = Duration.ofMillis(40);

    /** The last question is given this time at least, when the questions alone take long. */
    private static final Duration LAST = Duration.ofMillis(10);

    /** Every address is asked for once, however long that takes. */
    private static final long UNLIMITED = Long.MAX_VALUE / 2;

    private static final Duration LOADING = Duration.ofMillis(1);

    private final AddressWatch watch = new AddressWatch();
    private final FleetMacs fleet;
    private final Announcer.Fence fence;
    private final Conflicts conflicts = new Conflicts();
    private final LinkedHashSet<Claim> heard = new LinkedHashSet<>();
    private Set<IpAddress> held = Set.of();
    /** Where it listens also while nothing is held, because opening and closing takes time when there is none. */
    private Set<Port> ready = Set.of();

    private SortedMap<IpAddress, Port> asked = Collections.emptySortedMap();
    private long halfNanos;
    private long untilNanos;
    private final SortedMap<IpAddress, MacAddress> inUse = new TreeMap<>();

    /** @param fence which lets an answer to a claim leave, or does not */
    public DuplicateAddresses(RunTool tools, Announcer.Fence fence) {
        this.fence = fence;
        fleet = new FleetMacs(tools);
    }

    /**
     * @param namespace of {@code ip netns}; empty: this process's own
     * @param first where the first question is likely to be asked
     */
    public void open(Optional<String> namespace, Port first) throws DatapathException {
        watch.open(namespace);
        ready = Set.of(first);
        watch.listenOn(ready);
        // The first question is asked in a failover: what it needs is loaded before, or it would take twice as long.
        for (String address : List.of("0.0.0.0", "::")) {
            Claim.in(Probe.frame(IpAddress.parse(address), first.mac()));
        }
        watch.hearUntil(System.nanoTime() + LOADING.toNanos(), held, heard);
    }

    /** Asks who has these addresses, each on the interface where it is to be; what was asked before is forgotten. */
    public void ask(SortedMap<IpAddress, Port> addresses) throws DatapathException {
        inUse.clear();
        asked = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
        if (asked.isEmpty()) {
            return;
        }
        ready = Set.copyOf(asked.values());
        watch.listenOn(ready);
        watch.hear(held, heard); // what was said before the question is no answer to it
        long begin = System.nanoTime();
        watch.ask(asked, begin + UNLIMITED, wanted(), heard);
        halfNanos = begin + SILENCE.toNanos() / 2;
        untilNanos = Math.max(begin + SILENCE.toNanos(), System.nanoTime() + LAST.toNanos());
    }

    /** Waits until those who have an address that was asked for have had the time to say so. */
    public void await(DesiredState desired) throws DatapathException {
        if (asked.isEmpty()) {
            return;
        }
        Set<IpAddress> wanted = wanted();
        if (System.nanoTime() - halfNanos < 0) {
            watch.hearUntil(halfNanos, wanted, heard);
            watch.ask(unanswered(), untilNanos, wanted, heard); // a question may be lost
        }
        watch.hearUntil(untilNanos, wanted, heard);
        var answers = new LinkedHashSet<>(heard);
        answers.removeIf(claim -> !asked.containsKey(claim.address()));
        heard.removeAll(answers);
        asked = Collections.emptySortedMap();
        fleet.foreign(answers, desired).forEach(claim -> inUse.putIfAbsent(claim.address(), claim.owner()));
    }

    private Set<IpAddress> wanted() {
        var wanted = new TreeSet<>(asked.keySet());
        wanted.addAll(held);
        return wanted;
    }

    private SortedMap<IpAddress, Port> unanswered() {
        var rest = new TreeMap<>(asked);
        heard.forEach(claim -> rest.remove(claim.address()));
        return rest;
    }

    /** @throws DatapathException if another machine answered for one of these */
    public void requireFree(Collection<IpAddress> addresses) throws DatapathException {
        for (IpAddress address : addresses) {
            MacAddress owner = inUse.get(address);
            if (owner != null) {
                throw new DatapathException(address, owner);
            }
        }
    }

    /**
     * Hears what was said of the addresses that this node holds, and defends them. That it cannot hear is no fault of
     * the datapath: its EIPs would leave the node for that.
     *
     * @param where each of them is
     */
    public void listen(SortedMap<IpAddress, Port> where, DesiredState desired) {
        held = new TreeSet<>(where.keySet());
        try {
            var ports = new HashSet<>(where.values());
            ports.addAll(ready);
            watch.listenOnlyOn(ports);
            watch.hear(held, heard);
            heard.removeIf(claim -> !held.contains(claim.address()));
            if (!heard.isEmpty()) {
                defend(where, fleet.foreign(heard, desired));
            }
        } catch (DatapathException e) {
            log.debug("event=address_conflicts_not_heard reason=\"{}\"", e.getMessage());
        }
        heard.clear();
    }

    private void defend(SortedMap<IpAddress, Port> where, List<Claim> claims) throws DatapathException {
        var answer = conflicts.to(claims, System.nanoTime());
        for (Claim claim : answer.say()) {
            log.warn("event=address_conflict address={} owner={}", claim.address(), claim.owner());
        }
        for (IpAddress address : answer.defend()) {
            watch.defend(address, Objects.requireNonNull(where.get(address)), fence);
        }
    }

    /** How often another machine claimed an address that this node held, so far. */
    public long conflicts() {
        return conflicts.count();
    }

    /** What another machine has claimed within the last minute, of what this node holds. */
    public List<AddressClaim> claims() {
        return conflicts.recent(System.nanoTime()).stream()
                .filter(claim -> held.contains(claim.address()))
                .map(claim -> new AddressClaim(claim.address(), claim.owner()))
                .toList();
    }

    @Override
    public void close() {
        watch.close();
    }
}
