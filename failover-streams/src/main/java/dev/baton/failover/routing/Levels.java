package dev.baton.failover.routing;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.Unused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A destination's members in the order in which a caller's traffic goes to them. No level is empty: a caller in a
 * region without a cluster has the other regions as its first level.
 */
final class Levels {
    private static final int FIRST = 0;

    private final Destination destination;
    private final Caller caller;
    private final SortedMap<MemberId, Member> members;
    private final SortedMap<MemberId, Integer> levels;
    private final SortedMap<Integer, List<Ranked>> byLevel = new TreeMap<>();
    private final SortedMap<MemberId, Unused> unused = new TreeMap<>();

    /**
     * A member with its place.
     *
     * @param weight as the user says; empty: by its endpoints
     */
    record Ranked(Member member, Optional<Integer> weight) {}

    /** @param unused members that the destination names, and why they get nothing */
    record Ranking(List<List<Ranked>> levels, SortedMap<MemberId, Unused> unused) {}

    private Levels(
            Destination destination,
            Caller caller,
            SortedMap<MemberId, Member> members,
            SortedMap<MemberId, Integer> levels) {
        this.levels = levels;
        this.destination = destination;
        this.caller = caller;
        this.members = members;
    }

    /** @param levels by a policy, in place of the members' own */
    static Ranking of(
            Destination destination,
            Caller caller,
            SortedMap<MemberId, Member> members,
            SortedMap<MemberId, Integer> levels) {
        var ranked = new Levels(destination, caller, members, levels);
        ranked.rank();
        return new Ranking(List.copyOf(ranked.byLevel.values()), ranked.unused);
    }

    /** Whether a member as it is matters to a destination: it is named there, or found by the host name. */
    static boolean mayHave(Destination destination, Member member) {
        return switch (destination.mode()) {
            case Mode.ActivePassive(var weights) -> weights.containsKey(member.id());
            case Mode.Weighted(var weights) -> weights.containsKey(member.id());
            case Mode.Named(var clusters) -> clusters.contains(member.id());
            case Mode.Auto _, Mode.Labelled _ ->
                destination.host().filter(member::serves).isPresent();
        };
    }

    private void rank() {
        switch (destination.mode()) {
            case Mode.ActivePassive(var weights) -> weights.forEach(this::byLevel);
            case Mode.Auto() -> serving(members.keySet()).forEach(this::byRegion);
            case Mode.Named(var clusters) -> servingOf(clusters).forEach(this::byRegion);
            case Mode.Weighted(var weights) -> weights.forEach(this::byWeight);
            case Mode.Labelled(var labels) ->
                serving(members.keySet())
                        .forEach(member -> add(labels.size() - inCommon(labels, member), member, Optional.empty()));
        }
    }

    private void byRegion(Member member) {
        boolean here = member.locality().isInRegionOf(caller.locality());
        add(here ? FIRST : FIRST + 1, member, Optional.empty());
    }

    private void byLevel(MemberId id, int weight) {
        wanted(id, weight)
                .ifPresent(member -> add(levels.getOrDefault(id, member.level()), member, Optional.of(weight)));
    }

    private void byWeight(MemberId id, int weight) {
        wanted(id, weight).ifPresent(member -> add(FIRST, member, Optional.of(weight)));
    }

    private Optional<Member> wanted(MemberId id, int weight) {
        if (weight == 0) {
            unused.put(id, Unused.WEIGHT_ZERO);
            return Optional.empty();
        }
        return declared(id);
    }

    private void add(int level, Member member, Optional<Integer> weight) {
        // A fixed share is kept for a member without endpoints too: requests of that share fail.
        if (member.endpoints().isEmpty() && !(destination.mode() instanceof Mode.Weighted)) {
            unused.put(member.id(), Unused.NO_ENDPOINT);
            return;
        }
        byLevel.computeIfAbsent(level, _ -> new ArrayList<>()).add(new Ranked(member, weight));
    }

    private Optional<Member> declared(MemberId id) {
        Optional<Member> member = Optional.ofNullable(members.get(id));
        if (member.isEmpty()) {
            unused.put(id, Unused.NOT_DECLARED);
        }
        return member;
    }

    /** Those whose gateway serves the destination's host name. */
    private List<Member> serving(Collection<MemberId> ids) {
        return ids.stream()
                .flatMap(id -> Optional.ofNullable(members.get(id)).stream())
                .filter(this::serves)
                .toList();
    }

    /** The same, of clusters that the user names, so that he can be told why others get nothing. */
    private List<Member> servingOf(Collection<MemberId> ids) {
        for (MemberId id : ids) {
            declared(id).filter(member -> !serves(member)).ifPresent(member -> {
                Unused why = member.hostNames().isEmpty() ? Unused.NO_GATEWAY : Unused.OTHER_HOST_NAME;
                unused.put(id, why);
            });
        }
        return serving(ids);
    }

    private boolean serves(Member member) {
        return destination.host().filter(member::serves).isPresent();
    }

    /** How many of the first labels the member has as the caller has them, or as the label says. */
    private int inCommon(List<String> labels, Member member) {
        int common = 0;
        for (String label : labels) {
            int equals = label.indexOf('=');
            String key = equals < 0 ? label : label.substring(0, equals);
            Optional<String> wanted = equals < 0
                    ? Optional.ofNullable(caller.labels().get(key))
                    : Optional.of(label.substring(equals + 1));
            if (!wanted.equals(Optional.ofNullable(member.labels().get(key)))) {
                break;
            }
            common++;
        }
        return common;
    }
}
