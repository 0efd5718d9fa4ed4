package dev.baton.datapath.linux.route;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Routes that somebody else put into Baton's tables. One with a lower metric, or to fewer addresses, decides before
 * ours and leads an EIP's packets elsewhere. The kernel announces none of them, and one table at a time can be asked
 * for all its routes; so each call looks at a few tables, and the next one goes on from there.
 */
public final class ForeignRoutes {
    private static final int TABLES_IN_A_CALL = 8;
    /** No device has such a name. */
    private static final String BEHIND = "no-device-behind-";

    private static final List<String> COMPLAINTS = List.of("Error:", "Dump terminated", "Command failed");

    private final ResidentTool ip;
    private final ResidentTool ip6;
    /** The next call begins with the first table from this number on. */
    private int from;

    public ForeignRoutes(ResidentTool ip, ResidentTool ip6) {
        this.ip = ip;
        this.ip6 = ip6;
    }

    /**
     * Deletes what is found.
     *
     * @param tables all of Baton's
     * @return whether anything was found
     */
    public boolean remove(Set<Integer> tables) throws DatapathException {
        List<String> some = next(new TreeSet<>(tables));
        return remove(ip, some) | remove(ip6, some);
    }

    private List<String> next(SortedSet<Integer> tables) {
        var inTurn = new ArrayList<>(tables.tailSet(from));
        inTurn.addAll(tables.headSet(from));
        var some = inTurn.subList(0, Math.min(TABLES_IN_A_CALL, inTurn.size()));
        from = some.isEmpty() ? 0 : some.getLast() + 1;
        return some.stream().map(Integer::toUnsignedString).toList();
    }

    private static boolean remove(ResidentTool tool, List<String> tables) throws DatapathException {
        var commands = new ArrayList<String>();
        for (String table : tables) {
            commands.add("route show table " + table);
            commands.add("neigh show dev " + BEHIND + table); // the complaint says which table's routes end here
        }
        var deletions = new ArrayList<String>();
        int table = 0;
        for (String line : tool.run(commands).lines()) {
            if (table < tables.size() && line.contains(BEHIND + tables.get(table))) {
                table++;
            } else if (table < tables.size()) {
                deletion(line, tables.get(table)).ifPresent(deletions::add);
            }
        }
        if (!deletions.isEmpty()) {
            tool.require(DatapathFault.ROUTE, deletions);
        }
        return !deletions.isEmpty();
    }

    /** Empty for Baton's own routes, and for what is no route: of a table without routes, the tool says it is none. */
    private static Optional<String> deletion(String line, String table) {
        List<String> words = Words.of(line);
        boolean complaint = COMPLAINTS.stream().anyMatch(line::startsWith);
        if (words.isEmpty()
                || complaint
                || Route.parse(line + " table " + table).isPresent()) {
            return Optional.empty();
        }
        var deletion = new StringBuilder("route del " + destination(words));
        for (String key : List.of("via", "dev", "metric", "proto")) {
            Words.after(words, key)
                    .ifPresent(value ->
                            deletion.append(' ').append(key).append(' ').append(value));
        }
        return Optional.of(deletion + " table " + table);
    }

    private static String destination(List<String> words) {
        boolean typed = Set.of("throw", "blackhole", "unreachable", "prohibit", "local", "broadcast")
                .contains(words.getFirst());
        return typed ? words.getFirst() + " " + words.get(1) : words.getFirst();
    }
}
