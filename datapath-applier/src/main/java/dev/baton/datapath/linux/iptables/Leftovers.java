package dev.baton.datapath.linux.iptables;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes chains and sets away, whichever agent made them. EgressGateway's have the same names; so nothing is taken away
 * unless the set {@code baton-iptables} says that Baton made, or took over, what is there.
 */
public final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** Ends this form on the node; nothing happens where it is not. */
    public static void end(RunTool tools) throws DatapathException {
        if (!RunTool.missing(List.of("ipset")).isEmpty()) {
            return;
        }
        SortedSet<String> sets = sets(tools);
        if (!sets.contains(SetNames.OURS)) {
            return;
        }
        for (Backend backend : Backend.installed()) {
            endRules(backend, List.of(IpFamily.values()), tools);
        }
        sets.remove(SetNames.OURS);
        destroy(sets, tools);
        destroy(List.of(SetNames.OURS), tools); // last: the rest is found by it
        log.info("event=iptables_form_ended sets={}", sets.size());
    }

    static void endRules(Backend backend, Collection<IpFamily> families, RunTool tools) throws DatapathException {
        endRules(backend, families, List.of("nat", "mangle"), tools);
    }

    /** EgressGateway accepts its packets there; Baton makes no rules there, because the guard decides. */
    static void endFilterRules(RunTool tools) throws DatapathException {
        for (Backend backend : Backend.installed()) {
            endRules(backend, List.of(IpFamily.values()), List.of("filter"), tools);
        }
    }

    private static void endRules(Backend backend, Collection<IpFamily> families, List<String> tables, RunTool tools)
            throws DatapathException {
        for (IpFamily family : families) {
            for (String table : tables) {
                var saved = SavedTable.of(backend.saved(family, table, tools));
                if (!saved.hasNothingOfOurs()) {
                    tools.require(
                            DatapathFault.FIREWALL,
                            saved.deletion(table),
                            backend.restore(family),
                            "--noflush",
                            "--wait",
                            Backend.WAIT);
                }
            }
        }
    }

    /** The sets that are ours, or EgressGateway's, by their names. */
    static SortedSet<String> sets(RunTool tools) throws DatapathException {
        var names = new TreeSet<String>();
        tools.run("", "ipset", "list", "-n").output().lines().forEach(name -> {
            if (SetNames.isOfPolicies(name)
                    || List.of(SetNames.OURS, SetNames.SWAP_V4, SetNames.SWAP_V6)
                            .contains(name)) {
                names.add(name);
            }
        });
        return names;
    }

    /** One that somebody's own rule names stays. */
    static void destroy(Collection<String> names, RunTool tools) throws DatapathException {
        for (String name : names) {
            var answer = tools.run("", "ipset", "destroy", name);
            if (!answer.succeeded()) {
                log.warn(
                        "event=set_left name={} reason=\"{}\"",
                        name,
                        answer.said().replace('"', '\''));
            }
        }
    }
}
