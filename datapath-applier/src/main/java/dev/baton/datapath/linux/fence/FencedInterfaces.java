package dev.baton.datapath.linux.fence;

import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.nft.ManagedTable;
import dev.baton.datapath.linux.nft.NftTable;
import dev.baton.datapath.linux.route.OwnAddress;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The interfaces that the {@link Fence} stands on: the parent, all others on its segment, and those that were the
 * parent before. Another interface is added without touching the fence's sets, so the lease goes on. Used by one
 * thread.
 */
public final class FencedInterfaces {
    private final RunTool tools;
    private final ResidentTool terse;
    private FenceForm form = FenceForm.NETDEV;
    private List<ManagedTable> tables = List.of();
    private SortedSet<String> interfaces = new TreeSet<>();

    /** @param terse a running nft that lists structure only */
    public FencedInterfaces(RunTool tools, ResidentTool terse) {
        this.tools = tools;
        this.terse = terse;
    }

    /**
     * Has a fence of this form stand on these interfaces, and on those where one of either form stands already.
     *
     * @return whether it was missing or somebody had changed it: then it was made anew, closed
     */
    public boolean ensure(FenceForm wantedForm, Collection<String> wanted) throws DatapathException {
        form = wantedForm;
        tables = form.families().stream()
                .map(_ -> new ManagedTable(tools, terse))
                .toList();
        return ensure(wanted);
    }

    /** The same in the form that it has. */
    public boolean ensure(Collection<String> wanted) throws DatapathException {
        SortedSet<String> standing = standing();
        if (standing.isEmpty()) {
            standing.addAll(wanted);
        }
        boolean made = ensureTables(standing);
        interfaces = standing;
        cover(wanted);
        return made;
    }

    private SortedSet<String> standing() throws DatapathException {
        var standing = new TreeSet<String>();
        for (FenceForm any : FenceForm.values()) {
            String first = any.families().getFirst().word();
            var answer = terse.run(List.of("list table " + first + " " + FenceTables.NAME));
            if (answer.complaint().isEmpty()) {
                for (String name : FenceTables.interfaces(String.join("\n", answer.lines()))) {
                    // A chain at an interface goes with it; one of the other form stays, and cannot be made here.
                    if (any == form || exists(name)) {
                        standing.add(name);
                    }
                }
            }
        }
        return standing;
    }

    private boolean exists(String name) throws DatapathException {
        return tools.run("", "ip", "-o", "link", "show", "dev", name).succeeded();
    }

    /** If one of the tables is not as it should be, none of them can be trusted. */
    private boolean ensureTables(Collection<String> names) throws DatapathException {
        List<NftTable> wanted = FenceTables.of(form, names);
        boolean make = false;
        for (int i = 0; i < wanted.size(); i++) {
            make |= !tables.get(i).hasStructureOf(wanted.get(i));
        }
        if (make) {
            change(wanted.stream().map(NftTable::replacement));
        }
        for (int i = 0; i < wanted.size(); i++) {
            tables.get(i).madeStructure(wanted.get(i));
        }
        return make;
    }

    private void change(Stream<String> commands) throws DatapathException {
        tools.require(DatapathFault.FIREWALL, commands.collect(Collectors.joining()), "nft", "-f", "-");
    }

    /** Has the fence stand on these interfaces as well. */
    public void cover(Collection<String> more) throws DatapathException {
        if (interfaces.containsAll(more)) {
            return;
        }
        var all = new TreeSet<>(interfaces);
        all.addAll(more);
        SortedSet<String> before = interfaces;
        change(form.families().stream()
                .map(family -> FenceTables.of(family, all).from(FenceTables.of(family, before))));
        interfaces = all;
        ensureTables(all);
    }

    /**
     * Drops what waits on these interfaces for the link-layer address of its next hop. Such a packet has passed
     * postrouting, and leaves when the neighbour answers, up to 3 s later; only the first form would stop it then. So
     * this comes before a fence, or its knowledge of an EIP, goes, and after everything that gives packets an EIP.
     */
    public void dropWaiting() throws DatapathException {
        dropWaiting(standing());
    }

    private void dropWaiting(Collection<String> names) throws DatapathException {
        String commands = names.stream()
                .map(name -> "neigh flush nud incomplete dev " + name + "\n")
                .collect(Collectors.joining());
        var answer = tools.run(commands, "ip", "-force", "-batch", "-");
        if (!answer.succeeded() && !answer.complaint().contains("Cannot find device")) {
            throw new DatapathException(DatapathFault.FIREWALL, "packets that wait were not dropped: " + answer.said());
        }
    }

    /** The same, if this form does not stop them; for when an EIP was let go. */
    public void dropPassed() throws DatapathException {
        switch (form) {
            case NETDEV -> {}
            case INET -> dropWaiting(interfaces);
        }
    }

    /** Whether the fence is no longer as it was made. */
    public boolean hasDrifted(boolean atOnce) throws DatapathException {
        for (ManagedTable table : tables) {
            if (table.hasDrifted(false, atOnce)) {
                return true;
            }
        }
        return false;
    }

    /**
     * These interfaces, and the others with an address of the node's own in one of their networks: a kernel answers
     * there for any of its addresses.
     */
    public static SortedSet<String> onTheSegmentsOf(Collection<String> carriers, RunTool tools)
            throws DatapathException {
        var networks = new TreeMap<String, Set<Cidr>>();
        OwnAddress.byInterface(tools)
                .forEach((name, own) ->
                        networks.put(name, own.stream().map(OwnAddress::network).collect(Collectors.toSet())));
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
}
