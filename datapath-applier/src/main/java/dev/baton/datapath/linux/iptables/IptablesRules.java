package dev.baton.datapath.linux.iptables;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.iptables.PolicyRules.Chains;
import dev.baton.datapath.linux.nft.TrafficTable;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chains and sets in the kernel: what was programmed last, and how the kernel comes to hold what is wanted now. A
 * set's new contents take the old ones' place at once, and a table's chains change in one transaction; between one set
 * or table and the next, a packet that meets both is dropped by the guard. Used by one thread.
 */
public final class IptablesRules {
    private static final Logger log = LoggerFactory.getLogger(IptablesRules.class);

    /** So many sets are made in one go: the more there are, the slower each next one. */
    private static final int SETS_AT_ONCE = 200;

    /** What iptables ends with when another one is at work, or the kernel is busy. */
    private static final int BUSY = 4;

    /** So many tries in a row may find it busy: what is not programmed yet is stopped by the guard. */
    private static final int BUSY_TRIES = 20;

    private final RunTool tools;
    private final Runnable progressed;
    private final RulesWatch watch;
    private Optional<Backend> backend = Optional.empty();
    private List<Object> madeOf = List.of();
    private int busyTries;
    /** Null as long as we do not know what the kernel holds. */
    private @Nullable PolicyRules programmed;

    /**
     * @param progressed called between the steps of a long change
     */
    public IptablesRules(RunTool tools, Runnable progressed) {
        this.tools = tools;
        this.progressed = progressed;
        this.watch = new RulesWatch(tools);
    }

    /** Whether EgressGateway's rules stand on the node, which the next change replaces by ours. */
    public boolean findsEgressGateway() throws DatapathException {
        return programmed == null && isEgressGateways(Leftovers.sets(tools));
    }

    private static boolean isEgressGateways(Set<String> standing) {
        return !standing.isEmpty() && !standing.contains(SetNames.OURS);
    }

    /**
     * Makes everything as this state wants it.
     *
     * @param ipv6 whether the node has IPv6
     * @return what was not as wanted
     */
    public List<String> ensure(DesiredState desired, boolean ipv6) throws DatapathException {
        var marks = new TreeMap<Object, Object>();
        desired.eips().forEach((eip, route) -> marks.put(eip, route.mark()));
        List<Object> of = List.of(marks, desired.policies(), desired.clusterCidrs(), ipv6);
        if (programmed != null && of.equals(madeOf)) {
            return List.of();
        }
        PolicyRules wanted = PolicyRules.of(desired, ipv6 ? List.of(IpFamily.values()) : List.of(IpFamily.V4));
        PolicyRules before = programmed;
        if (before != null && !before.chains().keySet().equals(wanted.chains().keySet())) {
            before = null; // IPv6 came or went
        }
        programmed = null; // until all is done
        if (wanted.equals(before)) {
            programmed = wanted;
            madeOf = of;
            return List.of();
        }
        if (changed(wanted, before)) {
            programmed = wanted;
            madeOf = of;
            busyTries = 0;
        } else if (++busyTries > BUSY_TRIES) {
            throw new DatapathException(DatapathFault.FIREWALL, "iptables is busy, after " + busyTries + " tries");
        }
        return List.of("iptables rules");
    }

    /** What somebody has taken away since the last look must not make a change fail. */
    private boolean changed(PolicyRules wanted, @Nullable PolicyRules before) throws DatapathException {
        if (before != null) {
            try {
                return program(wanted, before);
            } catch (DatapathException e) {
                log.info("event=iptables_changed_meanwhile reason=\"{}\"", said(String.valueOf(e.getMessage())));
            }
        }
        return program(wanted, null);
    }

    private static String said(String text) {
        return text.replace('"', '\'');
    }

    /** @return false if iptables was busy: the next check tries again */
    private boolean program(PolicyRules wanted, @Nullable PolicyRules before) throws DatapathException {
        var standing = new TreeSet<>(
                before == null ? Leftovers.sets(tools) : before.sets().keySet());
        Backend tool = backend.isPresent() && before != null ? backend.get() : chosen(wanted, !standing.isEmpty());
        if (before == null && isEgressGateways(standing)) {
            log.warn("event=egressgateway_taken_over sets={}", standing.size());
            Leftovers.endFilterRules(tools);
        }
        sets(wanted, before, standing);
        for (IpFamily family : wanted.chains().keySet()) {
            progressed.run();
            if (!chains(tool, family, wanted, before)) {
                return false;
            }
        }
        progressed.run();
        standing.removeAll(wanted.sets().keySet());
        standing.remove(SetNames.OURS);
        Leftovers.destroy(standing, tools);
        return true;
    }

    /** @param more whether something of ours may stand elsewhere: packets meet both backends' rules */
    private Backend chosen(PolicyRules wanted, boolean more) throws DatapathException {
        Backend chosen = Backend.of(tools);
        if (!backend.equals(Optional.of(chosen))) {
            log.info("event=iptables_backend backend={}", chosen);
        }
        for (Backend other : more ? Backend.installed() : List.<Backend>of()) {
            var ended = new ArrayList<>(List.of(IpFamily.values()));
            if (other == chosen) {
                ended.removeAll(wanted.chains().keySet());
            }
            Leftovers.endRules(other, ended, tools);
        }
        backend = Optional.of(chosen);
        return chosen;
    }

    private void sets(PolicyRules wanted, @Nullable PolicyRules before, Set<String> standing) throws DatapathException {
        var texts = new ArrayList<String>();
        if (before == null) {
            texts.add("create " + SetNames.OURS + " hash:net -exist\n");
            Stream.of(SetNames.SWAP_V4, SetNames.SWAP_V6)
                    .filter(standing::contains)
                    .forEach(left -> texts.add("destroy " + left + "\n"));
        }
        wanted.sets().forEach((name, set) -> {
            if (before == null || !set.equals(before.sets().get(name))) {
                texts.add(standing.contains(name) ? replacement(name, set) : set.creation(name) + set.additions(name));
            }
        });
        standing.remove(SetNames.SWAP_V4);
        standing.remove(SetNames.SWAP_V6);
        for (int i = 0; i < texts.size(); i += SETS_AT_ONCE) {
            progressed.run();
            String some = String.join("", texts.subList(i, Math.min(texts.size(), i + SETS_AT_ONCE)));
            tools.require(DatapathFault.FIREWALL, some, "ipset", "restore");
        }
    }

    /** Packets see the old contents or the new. */
    private static String replacement(String name, IpSet set) {
        String swap = SetNames.swap(set.family());
        return set.creation(swap) + set.additions(swap) + "swap " + swap + " " + name + "\ndestroy " + swap + "\n";
    }

    /** @return false if iptables was busy */
    private boolean chains(Backend tool, IpFamily family, PolicyRules wanted, @Nullable PolicyRules before)
            throws DatapathException {
        Chains chains = Optional.ofNullable(wanted.chains().get(family)).orElseThrow();
        if (before != null && chains.equals(before.chains().get(family))) {
            return true;
        }
        var answer = before == null ? whole(tool, family, chains) : restore(tool, family, ofOurs(chains));
        if (before == null && !answer.succeeded() && answer.status() != BUSY) {
            answer = whole(tool, family, chains); // a rule that was to be taken away may have gone meanwhile
        }
        if (answer.succeeded()) {
            return true;
        }
        if (answer.status() != BUSY) {
            throw new DatapathException(DatapathFault.FIREWALL, tool.restore(family) + ": " + answer.said());
        }
        log.info("event=iptables_busy family={} reason=\"{}\"", family, said(answer.said()));
        return false;
    }

    private RunTool.Answer restore(Backend tool, IpFamily family, String text) throws DatapathException {
        return tools.run(text, tool.restore(family), "--noflush", "--wait", Backend.WAIT);
    }

    private static String ofOurs(Chains chains) {
        return table("mangle", chain(TrafficTable.MARK_REQUEST, chains.mark()))
                + table("nat", chain(TrafficTable.SNAT_EIP, chains.translate()));
    }

    private RunTool.Answer whole(Backend tool, IpFamily family, Chains chains) throws DatapathException {
        return restore(
                tool,
                family,
                wholeTable(tool, family, "mangle", TrafficTable.MARK_REQUEST, chains.mark(), PolicyRules.PREROUTING)
                        + wholeTable(
                                tool,
                                family,
                                "nat",
                                TrafficTable.SNAT_EIP,
                                chains.translate(),
                                PolicyRules.POSTROUTING));
    }

    private String wholeTable(
            Backend tool, IpFamily family, String table, String chain, HashedRules rules, HashedRules first)
            throws DatapathException {
        var saved = SavedTable.of(tool.saved(family, table, tools));
        String builtIn = table.equals("nat") ? "POSTROUTING" : "PREROUTING";
        List<String> others =
                saved.chains().stream().filter(other -> !other.equals(chain)).toList();
        var placed = new StringBuilder();
        for (int i = 0; i < first.rules().size(); i++) {
            placed.append("-I " + builtIn + " " + (i + 1) + " " + first.rules().get(i) + "\n");
        }
        return table(table, chain(chain, rules) + saved.ruleDeletions() + SavedTable.chainDeletions(others) + placed);
    }

    /** A chain that is declared again is emptied first, in the same transaction. */
    private static String chain(String chain, HashedRules rules) {
        return rules.rules().stream()
                .map(rule -> "-A " + chain + " " + rule + "\n")
                .collect(Collectors.joining("", ":" + chain + " - [0:0]\n", ""));
    }

    private static String table(String table, String lines) {
        return "*" + table + "\n" + lines + "COMMIT\n";
    }

    public boolean isKnown() {
        return programmed != null;
    }

    /**
     * Whether the kernel no longer holds what was programmed. It is looked at on another thread, for the kernel
     * announces no change of a set, nor any of iptables-legacy; a later call gives the answer.
     */
    public boolean hasDrifted() throws DatapathException {
        PolicyRules current = programmed;
        if (current == null || backend.isEmpty() || watch.isAsWanted(current, backend.get())) {
            return false;
        }
        programmed = null;
        return true;
    }
}
