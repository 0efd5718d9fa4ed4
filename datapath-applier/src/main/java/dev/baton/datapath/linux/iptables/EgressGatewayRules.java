package dev.baton.datapath.linux.iptables;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.nft.TrafficTable;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The rules that EgressGateway's agent makes beside Baton's nft tables. */
public final class EgressGatewayRules {
    private EgressGatewayRules() {}

    /** Whether all its tables are there, in one backend, and it translates to each of these addresses. */
    public static boolean translateTo(Set<IpAddress> eips, RunTool tools) throws DatapathException {
        SortedSet<IpFamily> families =
                eips.stream().map(IpAddress::family).collect(Collectors.toCollection(TreeSet::new));
        if (families.isEmpty()) {
            families.addAll(Set.of(IpFamily.values()));
        }
        for (Backend backend : Backend.installed()) {
            if (areThere(backend, families, eips, tools)) {
                return true;
            }
        }
        return false;
    }

    private static boolean areThere(Backend backend, SortedSet<IpFamily> families, Set<IpAddress> eips, RunTool tools)
            throws DatapathException {
        boolean oneIsEnough = eips.isEmpty(); // it may have been told to use one of the families alone
        for (IpFamily family : families) {
            if (isThere(backend, family, eips, tools) == oneIsEnough) {
                return oneIsEnough;
            }
        }
        return !oneIsEnough;
    }

    private static boolean isThere(Backend backend, IpFamily family, Set<IpAddress> eips, RunTool tools)
            throws DatapathException {
        var nat = SavedTable.of(backend.saved(family, "nat", tools));
        boolean translates = eips.stream()
                .filter(eip -> eip.family() == family)
                .allMatch(eip -> nat.rules(TrafficTable.SNAT_EIP).stream()
                        .anyMatch(rule -> (rule + " ").contains(" --to-source " + eip + " ")));
        return translates
                && nat.chains().contains(TrafficTable.SNAT_EIP)
                && SavedTable.of(backend.saved(family, "mangle", tools))
                        .chains()
                        .contains(TrafficTable.MARK_REQUEST)
                && !SavedTable.of(backend.saved(family, "filter", tools))
                        .inOthersChains()
                        .isEmpty();
    }
}
