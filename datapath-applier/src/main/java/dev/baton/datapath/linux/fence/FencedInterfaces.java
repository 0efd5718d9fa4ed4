package dev.baton.datapath.linux.fence;

import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.nft.ManagedTable;
import dev.baton.datapath.linux.nft.NftTable;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The interfaces that the {@link Fence} stands on: the parent, all others on its segment, and those that were the
 * parent before. Another interface is added without touching the fence's sets, so the lease goes on. Used by one
 * thread.
 */
public final class FencedInterfaces {
    private final RunTool tools;
    private final ResidentTool terse;
    private final ManagedTable table;
    private SortedSet<String> interfaces = new TreeSet<>();

    /** @param terse a running nft that lists structure only */
    public FencedInterfaces(RunTool tools, ResidentTool terse) {
        this.tools = tools;
        this.terse = terse;
        this.table = new ManagedTable(tools, terse);
    }

    /**
     * Has the fence stand on these interfaces, and on those where it stands already.
     *
     * @return whether it was missing or somebody had changed it: then it was made anew, closed
     */
    public boolean ensure(Collection<String> wanted) throws DatapathException {
        var answer = terse.run(List.of("list table netdev " + Fence.NAME));
        SortedSet<String> standing =
                answer.complaint().isPresent() ? new TreeSet<>() : Fence.interfaces(String.join("\n", answer.lines()));
        boolean isNew = standing.isEmpty();
        if (isNew) {
            standing.addAll(wanted);
        }
        boolean made = table.ensureStructure(Fence.table(standing));
        interfaces = standing;
        cover(wanted);
        return made;
    }

    /** Has the fence stand on these interfaces as well. */
    public void cover(Collection<String> more) throws DatapathException {
        if (interfaces.containsAll(more)) {
            return;
        }
        var all = new TreeSet<>(interfaces);
        all.addAll(more);
        NftTable next = Fence.table(all);
        tools.require(DatapathFault.FIREWALL, next.from(Fence.table(interfaces)), "nft", "-f", "-");
        interfaces = all;
        table.ensureStructure(next);
    }

    /** Whether the fence is no longer as it was made. */
    public boolean hasDrifted(boolean atOnce) throws DatapathException {
        return table.hasDrifted(false, atOnce);
    }

    /**
     * These interfaces, and the others with an address of the node's own in one of their networks: a kernel answers
     * there for any of its addresses.
     */
    public static SortedSet<String> onTheSegmentsOf(Collection<String> carriers, RunTool tools)
            throws DatapathException {
        String lines =
                tools.require(DatapathFault.PARENT_INTERFACE, "", "ip", "-o", "addr", "show", "up", "scope", "global");
        var networks = new TreeMap<String, Set<Cidr>>();
        lines.lines()
                .map(Words::of)
                .filter(words -> words.size() > 3 && isOwn(words.get(3)))
                .forEach(words -> networks.computeIfAbsent(words.get(1), _ -> new TreeSet<>())
                        .add(Cidr.parse(words.get(3))));
        var names = new TreeSet<>(carriers);
        var here = new TreeSet<Cidr>();
        carriers.forEach(name -> here.addAll(networks.getOrDefault(name, Set.of())));
        networks.forEach((name, there) -> {
            if (Parent.isName(name) && !Collections.disjoint(here, there)) {
                names.add(name);
            }
        });
        return names;
    }

    /** A single host's address may be an EIP. */
    private static boolean isOwn(String address) {
        return address.contains("/") && !address.endsWith("/32") && !address.endsWith("/128");
    }
}
