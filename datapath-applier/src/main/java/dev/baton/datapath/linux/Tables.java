package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.Mark;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The table that marks and translates, and the one that guards it. They change in one transaction of the kernel, so
 * that no packet meets a policy in one of them only; each is looked after by itself.
 */
final class Tables {
    private final OneShot tools;
    private final ToolChild terse;
    private final Runnable progressed;
    private final PolicyChains guarded = new PolicyChains();
    private final PolicyChains marked = new PolicyChains();
    private final NftEvents events;
    private final Traffic traffic;
    private final Traffic guard;
    private final Optional<String> namespace;
    private boolean guardsTurn;
    private long olderFlows;
    private List<Object> madeOf = List.of();
    private SortedMap<PolicyId, PolicyMatch> policies = new TreeMap<>();

    /** @param progressed told after each portion of something that takes long */
    Tables(OneShot tools, ToolChild terse, Optional<String> namespace, NftEvents events, Runnable progressed) {
        this.terse = terse;
        this.progressed = progressed;
        this.events = events;
        this.tools = tools;
        this.namespace = namespace;
        traffic = new Traffic(tools, terse, namespace);
        guard = new Traffic(tools, terse, namespace);
    }

    /**
     * A move changes none of what the tables are made of, and then does not even compute them.
     *
     * @return which were not as wanted
     */
    List<String> ensure(DesiredState desired, Parent on) throws DatapathException {
        var marks = new TreeMap<Eip, Mark>();
        desired.eips().forEach((eip, route) -> marks.put(eip, route.mark()));
        List<Object> wanted = List.of(on.shape(), desired.peers(), marks, desired.policies(), desired.clusterCidrs());
        if (guard.stands() && traffic.stands() && wanted.equals(madeOf)) {
            return List.of();
        }
        madeOf = List.of();
        List<DesiredState> portions = portions(desired);
        var changed = new TreeSet<String>();
        for (DesiredState portion : portions) {
            changed.addAll(program(portion, on, portion != desired));
            policies = portion.policies();
            progressed.run();
        }
        madeOf = wanted;
        return List.copyOf(changed);
    }

    /** What is unknown is replaced whole, so that packets meet the old tables or the new ones. */
    private List<DesiredState> portions(DesiredState desired) throws DatapathException {
        if (guard.stands() && traffic.stands()) {
            return Portions.of(policies, desired);
        }
        return isNothingThere() ? Portions.of(new TreeMap<>(), desired) : List.of(desired);
    }

    private boolean isNothingThere() throws DatapathException {
        var tables = terse.run(List.of("list tables " + PolicyTable.FAMILY));
        return tables.complaint().isEmpty()
                && Stream.of(TrafficTable.NAME, GuardTable.NAME)
                        .map(name -> "table " + PolicyTable.FAMILY + " " + name)
                        .noneMatch(table -> tables.lines().stream()
                                .anyMatch(line -> line.strip().equals(table)));
    }

    /** @param more whether it is only a step on the way */
    private List<String> program(DesiredState desired, Parent on, boolean more) throws DatapathException {
        var ofPods = desired.policiesOfPods();
        var guarding = guard.change(GuardTable.of(desired, ofPods, on.shape(), guarded));
        progressed.run();
        var marking = traffic.change(TrafficTable.of(desired, ofPods, on.shape(), marked));
        progressed.run();
        String text = guarding.text() + marking.text();
        if (!text.isEmpty()) {
            try {
                tools.require(DatapathFault.FIREWALL, text, "nft", "-f", "-");
            } catch (DatapathException e) {
                guard.forget();
                traffic.forget();
                throw e;
            }
            events.heard(); // what the kernel tells of our own change
        }
        guard.made(guarding, more);
        traffic.made(marking, more);
        return names(!guarding.text().isEmpty(), !marking.text().isEmpty());
    }

    /** Whether both are known to be as wanted, or nothing is wanted yet. */
    boolean areKnown() {
        return madeOf.isEmpty() || guard.stands() && traffic.stands();
    }

    boolean areReadBack() {
        return guard.isReadBack() && traffic.isReadBack();
    }

    /** The guard is asked first: without it, what the other one lacks leaves with a wrong source. */
    List<String> drifted(boolean deep, boolean atOnce) throws DatapathException {
        guardsTurn = !guardsTurn;
        // Large ones take turns: the machine has other work.
        boolean both = atOnce || !guard.isLarge();
        boolean noGuard = (both || guardsTurn) && guard.drifted(deep, atOnce);
        boolean noTraffic = (both || !guardsTurn) && traffic.drifted(deep, atOnce);
        return names(noGuard, noTraffic);
    }

    private static List<String> names(boolean leakGuard, boolean trafficTable) {
        return Stream.of(leakGuard ? "leak guard" : "", trafficTable ? "traffic table" : "")
                .filter(what -> !what.isEmpty())
                .toList();
    }

    /** Packets that would have left with a wrong source. */
    long leaks() throws DatapathException {
        return guard.leaks();
    }

    /** Whether connections that began when something else was wanted were met since this was asked last. */
    boolean sawOlderFlows() throws DatapathException {
        long met = NftCounter.packets(namespace, TrafficTable.NAME, TrafficTable.OLDER);
        boolean more = met != olderFlows && met > 0;
        olderFlows = met;
        return more;
    }

    /** What removes both, wherever they are. The guard goes last. */
    static String deletion() {
        return Traffic.leftovers(PolicyTable.FAMILY, TrafficTable.NAME)
                + Traffic.leftovers(PolicyTable.FAMILY, GuardTable.NAME)
                + new PolicyTable().named(TrafficTable.NAME).deletion()
                + new PolicyTable().named(GuardTable.NAME).deletion();
    }
}
