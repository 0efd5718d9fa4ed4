package dev.baton.contract.mesh;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How destinations fail over. Of two that are attached to one destination, the one that is attached to less counts
 * (destination, route, gateway), and then the one whose name comes first.
 *
 * @param probe how endpoints are asked; empty: as the destination says
 * @param levels of members, in place of their own; 0 comes first
 */
public record FailoverPolicy(
        FailoverPolicyId id,
        SortedSet<PolicyTarget> targets,
        ReturnRules rules,
        Optional<Probe> probe,
        SortedMap<MemberId, Integer> levels) {
    public FailoverPolicy {
        targets = Collections.unmodifiableSortedSet(new TreeSet<>(targets));
        levels = Collections.unmodifiableSortedMap(new TreeMap<>(levels));
        levels.forEach((member, level) -> Member.requireLevel(member, level));
    }
}
