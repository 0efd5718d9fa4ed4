package dev.baton.datapath.linux.nft;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The table that marks and translates, and the table that guards it. They change in one transaction of the kernel, so
 * that no packet sees a policy in one table only; each is checked separately. Only if both are replaced whole, they are
 * so one after the other.
 */
public final class TablePair {
    private final RunTool tools;
    private final ResidentTool terse;
    private final Runnable progressed;
    private final PolicyChains guardChains = new PolicyChains();
    private final PolicyChains trafficChains = new PolicyChains();
    private final NftEvents events;
    private final ManagedTable traffic;
    private final ManagedTable guard;
    private final LeakCount leaks;
    private final Optional<String> namespace;
    private final TrafficForm form;
    private boolean guardsTurn;
    private long olderFlows;
    private List<Object> madeOf = List.of();
    private SortedMap<PolicyId, PolicyMatch> policies = new TreeMap<>();

    /**
     * @param form what marks and translates: by it the tables differ
     * @param progressed called after each batch of a long change
     */
    public TablePair(
            RunTool tools,
            ResidentTool terse,
            Optional<String> namespace,
            TrafficForm form,
            NftEvents events,
            Runnable progressed) {
        this.form = form;
        this.terse = terse;
        this.progressed = progressed;
        this.events = events;
        this.tools = tools;
        this.namespace = namespace;
        traffic = new ManagedTable(tools, terse);
        guard = new ManagedTable(tools, terse);
        leaks = new LeakCount(namespace);
    }

    /**
     * Makes both tables as this state wants them. A move changes nothing that the tables are made of; they are then not
     * even computed.
     *
     * @return which of them were not as wanted
     */
    public List<String> ensure(DesiredState desired, Parent parent) throws DatapathException {
        return ensure(desired, parent, false);
    }

    /**
     * The same while another program's rules stand beside them: connections that it marks are not ended, but their
     * packets wait.
     */
    public List<String> ensureBeside(DesiredState desired, Parent parent) throws DatapathException {
        return ensure(desired, parent, true);
    }

    private List<String> ensure(DesiredState desired, Parent parent, boolean beside) throws DatapathException {
        var marks = new TreeMap<Eip, Mark>();
        desired.eips().forEach((eip, route) -> marks.put(eip, route.mark()));
        var outside = Outside.of(desired, parent);
        List<Object> wanted =
                List.of(outside, desired.peers(), marks, desired.policies(), desired.clusterCidrs(), beside);
        if (areBothKnown() && wanted.equals(madeOf)) {
            return List.of();
        }
        madeOf = List.of();
        var changed = new TreeSet<String>();
        for (DesiredState batch : batches(desired)) {
            changed.addAll(program(batch, outside, beside, batch != desired));
            policies = batch.policies();
            progressed.run();
        }
        madeOf = wanted;
        return List.copyOf(changed);
    }

    private boolean areBothKnown() {
        return guard.isKnown() && traffic.isKnown();
    }

    /** A table that we do not know is replaced whole, so that packets meet the old tables or the new ones. */
    private List<DesiredState> batches(DesiredState desired) throws DatapathException {
        if (areBothKnown()) {
            return Batches.of(policies, desired);
        }
        return isNothingThere() ? Batches.of(new TreeMap<>(), desired) : List.of(desired);
    }

    private boolean isNothingThere() throws DatapathException {
        var tables = terse.run(List.of("list tables " + PolicyTable.FAMILY));
        return tables.complaint().isEmpty()
                && Stream.of(TrafficTable.NAME, GuardTable.NAME)
                        .map(name -> "table " + PolicyTable.FAMILY + " " + name)
                        .noneMatch(table -> tables.lines().stream()
                                .anyMatch(line -> line.strip().equals(table)));
    }

    /** @param more whether more batches follow */
    private List<String> program(DesiredState desired, Outside outside, boolean beside, boolean more)
            throws DatapathException {
        var ofPods = desired.policiesOfPods();
        var guarding = guard.change(guard(desired, ofPods, outside));
        if (guarding.replaces()) {
            leaks.beforeReplacement();
        }
        progressed.run();
        NftTable table = traffic(desired, ofPods, outside);
        var marking = traffic.change(beside ? TrafficTable.sparingOlderFlows(table) : table);
        progressed.run();
        List<String> transactions = transactions(guarding, marking);
        if (!transactions.isEmpty()) {
            try {
                for (String transaction : transactions) {
                    tools.require(DatapathFault.FIREWALL, transaction, "nft", "-f", "-");
                }
            } catch (DatapathException e) {
                guard.forget();
                traffic.forget();
                throw e;
            }
            events.heard(); // the kernel's announcements of our own change
        }
        guard.made(guarding, more);
        traffic.made(marking, more);
        return names(!guarding.text().isEmpty(), !marking.text().isEmpty());
    }

    private NftTable guard(DesiredState desired, SortedMap<IpAddress, List<PolicyId>> ofPods, Outside outside) {
        NftTable table = GuardTable.of(desired, ofPods, outside, guardChains);
        return switch (form) {
            case NFT -> table;
            case IPTABLES -> BesideIptables.guard(table, desired);
        };
    }

    private NftTable traffic(DesiredState desired, SortedMap<IpAddress, List<PolicyId>> ofPods, Outside outside) {
        NftTable table = TrafficTable.of(desired, ofPods, outside, trafficChains);
        return switch (form) {
            case NFT -> table;
            case IPTABLES -> BesideIptables.traffic(table);
        };
    }

    /**
     * A packet that meets a table while it is replaced may find its maps empty. So two are replaced one after the
     * other, the guard first: what the new guard does not let pass meanwhile is lost and comes again.
     */
    private static List<String> transactions(ManagedTable.Change guarding, ManagedTable.Change marking) {
        Stream<String> texts = guarding.replaces() && marking.replaces()
                ? Stream.of(guarding.text(), marking.text())
                : Stream.of(guarding.text() + marking.text());
        return texts.filter(text -> !text.isEmpty()).toList();
    }

    /** Whether both are known to be as wanted, or nothing is wanted yet. */
    public boolean areKnown() {
        return madeOf.isEmpty() || areBothKnown();
    }

    /**
     * Which of them have drifted. The guard is checked first: without it, packets that the other table misses leave
     * with a wrong source.
     */
    public List<String> drifted(boolean deep, boolean atOnce) throws DatapathException {
        guardsTurn = !guardsTurn;
        // Large tables take turns: the machine has other work.
        boolean both = atOnce || !guard.isLarge();
        boolean guardDrifted = (both || guardsTurn) && guard.hasDrifted(deep, atOnce);
        boolean trafficDrifted = (both || !guardsTurn) && traffic.hasDrifted(deep, atOnce);
        return names(guardDrifted, trafficDrifted);
    }

    private static List<String> names(boolean guard, boolean traffic) {
        return Stream.of(guard ? "leak guard" : "", traffic ? "traffic table" : "")
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Packets that would have left with a wrong source, since this agent began. */
    public long leaks() throws DatapathException {
        return leaks.read(guard.isKnown());
    }

    /** Whether packets of connections that began under other policies were seen since the last call. */
    public boolean sawOlderFlows() throws DatapathException {
        long count = NftCounter.packets(namespace, TrafficTable.NAME, TrafficTable.OLDER);
        boolean more = count != olderFlows && count > 0;
        olderFlows = count;
        return more;
    }

    /** The commands that delete both tables, wherever they are, and what an interrupted handover left. */
    public static String deletion() {
        return ManagedTable.deletion(PolicyTable.FAMILY, TrafficTable.NAME)
                + ManagedTable.deletion(PolicyTable.FAMILY, GuardTable.NAME)
                + ManagedTable.deletion(PolicyTable.FAMILY, TrafficTable.HANDING_OVER);
    }
}
