package dev.baton.datapath.linux.claim;

import dev.baton.contract.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What follows when another machine claims an address that this node holds. The node has it by right, so it defends it
 * (RFC 5227, 2.4 b), but so rarely that two who do not give way do not flood the segment.
 */
final class Conflicts {
    static final Duration DEFEND_EVERY = Duration.ofSeconds(10);
    static final Duration SAY_EVERY = Duration.ofMinutes(1);

    /** How many different claims are said within {@link #SAY_EVERY}. */
    static final int SAID_AT_MOST = 1000;

    /** How many different claims the fleet is told of at a time: each is in every heartbeat. */
    static final int TOLD_AT_MOST = 8;

    private final Map<IpAddress, Long> defended = new HashMap<>();
    private final Map<Claim, Long> said = new HashMap<>();
    private final SortedMap<Claim, Long> lastHeard =
            new TreeMap<>(Comparator.comparing(Claim::address).thenComparing(Claim::owner));
    private long count;

    /** What is to be defended, and what is to be said, now. */
    record Answer(SortedSet<IpAddress> defend, List<Claim> say) {}

    /** @param claims of others to addresses that this node holds, each once */
    Answer to(Collection<Claim> claims, long nowNanos) {
        defended.values().removeIf(then -> nowNanos - then >= DEFEND_EVERY.toNanos());
        said.values().removeIf(then -> nowNanos - then >= SAY_EVERY.toNanos());
        count += claims.size();
        var defend = new TreeSet<IpAddress>();
        var say = new ArrayList<Claim>();
        for (Claim claim : claims) {
            if (lastHeard.containsKey(claim) || lastHeard.size() < TOLD_AT_MOST) {
                lastHeard.put(claim, nowNanos);
            }
            if (defended.putIfAbsent(claim.address(), nowNanos) == null) {
                defend.add(claim.address());
            }
            if (said.size() < SAID_AT_MOST && said.putIfAbsent(claim, nowNanos) == null) {
                say.add(claim);
            }
        }
        return new Answer(defend, say);
    }

    /** The claims that were heard within {@link #SAY_EVERY}: the first {@link #TOLD_AT_MOST} different ones. */
    List<Claim> recent(long nowNanos) {
        lastHeard.values().removeIf(then -> nowNanos - then >= SAY_EVERY.toNanos());
        return List.copyOf(lastHeard.keySet());
    }

    /** The claims so far. */
    long count() {
        return count;
    }
}
