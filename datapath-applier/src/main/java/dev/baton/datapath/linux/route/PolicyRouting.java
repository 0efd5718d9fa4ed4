package dev.baton.datapath.linux.route;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.tool.ResidentTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Baton's rules and routes as they are in the kernel, known by their protocol number, and changes to them. */
public final class PolicyRouting {
    private final ResidentTool ip;
    private final ResidentTool ip6;
    private SortedSet<Rule> rules4 = new TreeSet<>();
    private SortedSet<Rule> rules6 = new TreeSet<>();
    /** By routing table: a move looks at two of them and not at those of all EIPs. */
    private SortedMap<Integer, SortedSet<Route>> routes = new TreeMap<>();

    public PolicyRouting(ResidentTool ip, ResidentTool ip6) {
        this.ip = ip;
        this.ip6 = ip6;
    }

    /** Reads the kernel. @return whether nothing had changed since the last reading */
    public boolean read() throws DatapathException {
        var before = List.of(rules4, rules6, routes);
        rules4 = rules(ip);
        rules6 = rules(ip6);
        routes = ip.run(List.of("route show table all proto " + Route.PROTOCOL)).lines().stream()
                .flatMap(line -> Route.parse(line).stream())
                .collect(Collectors.groupingBy(Route::table, TreeMap::new, Collectors.toCollection(TreeSet::new)));
        return before.equals(List.of(rules4, rules6, routes));
    }

    private static SortedSet<Rule> rules(ResidentTool tool) throws DatapathException {
        return tool.run(List.of("rule show")).lines().stream()
                .flatMap(line -> Rule.parse(line).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public void addRules(SortedSet<Rule> wanted, boolean ipv6) throws DatapathException {
        addRules(ip, rules4, wanted);
        if (ipv6) {
            addRules(ip6, rules6, wanted);
        }
    }

    public void removeOtherRules(SortedSet<Rule> wanted) throws DatapathException {
        removeRules(ip, rules4, wanted);
        removeRules(ip6, rules6, wanted);
    }

    /** Leaves the rules and routes that lead to other nodes by their marks, as EgressGateway's agent makes them too. */
    public void keepPeersAlone() throws DatapathException {
        var peers = Stream.concat(rules4.stream(), rules6.stream())
                .filter(rule -> rule.priority() == RoutePlan.PEERS)
                .collect(Collectors.toCollection(TreeSet::new));
        removeOtherRules(peers);
        removeOtherRoutes(peers.stream().map(Rule::table).collect(Collectors.toSet()));
    }

    private static void addRules(ResidentTool tool, SortedSet<Rule> there, SortedSet<Rule> wanted)
            throws DatapathException {
        var missing = wanted.stream().filter(rule -> !there.contains(rule)).toList();
        if (!missing.isEmpty()) {
            tool.require(DatapathFault.ROUTE, missing.stream().map(Rule::add).toList());
            there.addAll(missing);
        }
    }

    private static void removeRules(ResidentTool tool, SortedSet<Rule> there, SortedSet<Rule> wanted)
            throws DatapathException {
        var extra = there.stream().filter(rule -> !wanted.contains(rule)).toList();
        if (!extra.isEmpty()) {
            tool.require(DatapathFault.ROUTE, extra.stream().map(Rule::delete).toList());
            extra.forEach(there::remove);
        }
    }

    /** Whether these tables hold exactly these routes. */
    public boolean stands(SortedSet<Route> wanted, Set<Integer> tables) {
        return in(tables).equals(wanted);
    }

    private SortedSet<Route> in(Set<Integer> tables) {
        return tables.stream()
                .flatMap(table -> routes.getOrDefault(table, new TreeSet<>()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Changes these tables. New routes come first, so that no packet meets an empty table; then the commands {@code
     * between}; then old routes are deleted.
     */
    public void change(SortedSet<Route> wanted, Set<Integer> tables, List<String> between) throws DatapathException {
        var there = in(tables);
        var lines = new ArrayList<String>();
        wanted.stream().filter(route -> !there.contains(route)).forEach(route -> lines.add(route.replace()));
        lines.addAll(between);
        there.stream()
                .filter(route -> wanted.stream().noneMatch(route::sameSlot))
                .forEach(route -> lines.add(route.delete()));
        if (lines.isEmpty()) {
            return;
        }
        try {
            ip.require(DatapathFault.ROUTE, lines);
        } catch (DatapathException e) {
            read();
            throw e;
        }
        tables.forEach(routes::remove);
        wanted.forEach(route ->
                routes.computeIfAbsent(route.table(), table -> new TreeSet<>()).add(route));
    }

    /** Makes the routes to all peers as they should be. */
    public void peers(DesiredState desired, boolean ipv6) throws DatapathException {
        var tables = desired.peers().values().stream()
                .map(peer -> peer.mark().table())
                .collect(Collectors.toSet());
        change(ofFamilies(RoutePlan.peerRoutes(desired), ipv6), tables, List.of());
    }

    /** Removes Baton's routes from all other tables. */
    public void removeOtherRoutes(Set<Integer> tables) throws DatapathException {
        var extra = routes.keySet().stream()
                .filter(table -> !tables.contains(table))
                .toList();
        if (!extra.isEmpty()) {
            ip.require(
                    DatapathFault.ROUTE,
                    in(Set.copyOf(extra)).stream().map(Route::delete).toList());
            extra.forEach(routes::remove);
        }
    }

    public static SortedSet<Route> ofFamilies(SortedSet<Route> all, boolean ipv6) {
        return all.stream()
                .filter(route -> ipv6 || route.family() == IpFamily.V4)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
