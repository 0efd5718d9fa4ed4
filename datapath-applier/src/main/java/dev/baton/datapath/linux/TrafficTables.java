package dev.baton.datapath.linux;

import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.conntrack.Connections;
import dev.baton.datapath.linux.iptables.Backend;
import dev.baton.datapath.linux.iptables.IptablesRules;
import dev.baton.datapath.linux.iptables.Leftovers;
import dev.baton.datapath.linux.nft.NftEvents;
import dev.baton.datapath.linux.nft.TablePair;
import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.nft.TrafficTable;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.List;

/**
 * What marks, translates and guards packets, in the form that was asked for. The nft tables come first, then iptables:
 * what one knows of a policy and the other does not yet is dropped. Of the other form, which a former agent may have
 * made, nothing stays.
 */
final class TrafficTables {
    private final TrafficForm form;
    private final RunTool tools;
    private final TablePair pair;
    private final IptablesRules iptables;
    private boolean otherEnded;

    /**
     * @param connections EgressGateway's are forgotten when its rules are replaced: in its marks is the node alone, so
     *     the replies of pods elsewhere would not be led back to them
     * @param progressed called after each part of a long change
     */
    TrafficTables(
            LinuxOptions options,
            RunTool tools,
            ResidentTool terse,
            NftEvents events,
            Connections connections,
            Runnable progressed) {
        this.form = options.traffic();
        this.tools = tools;
        pair = new TablePair(tools, terse, options.namespace(), form, events, progressed);
        iptables = new IptablesRules(tools, progressed, () -> connections.forgetLater(TrafficTable.ANY_OF_OURS));
    }

    /** The tools that this form alone needs and that are not installed. */
    static List<String> missingTools(TrafficForm form) {
        return switch (form) {
            case NFT -> List.of();
            case IPTABLES -> Backend.missingTools();
        };
    }

    /** @return which parts were not as wanted */
    List<String> ensure(DesiredState desired, Parent parent) throws DatapathException {
        var changed = new ArrayList<>(pair.ensure(desired, parent));
        switch (form) {
            case NFT -> endOther();
            case IPTABLES -> changed.addAll(iptables.ensure(desired, parent.ipv6Enabled()));
        }
        return changed;
    }

    /** The nft tables of the one form were replaced by those of the other; iptables' rules stand beside them. */
    private void endOther() throws DatapathException {
        if (!otherEnded) {
            Leftovers.end(tools);
            otherEnded = true;
        }
    }

    /** Whether all is known to be as wanted, or nothing is wanted yet. */
    boolean areKnown() {
        return pair.areKnown()
                && switch (form) {
                    case NFT -> true;
                    case IPTABLES -> iptables.isKnown();
                };
    }

    /** Which parts have drifted. */
    List<String> drifted(boolean deep, boolean atOnce) throws DatapathException {
        var drifted = new ArrayList<>(pair.drifted(deep, atOnce));
        switch (form) {
            case NFT -> {}
            case IPTABLES -> {
                if (iptables.hasDrifted()) {
                    drifted.add("iptables rules");
                }
            }
        }
        return drifted;
    }

    /** Packets that would have left with a wrong source, since this agent began. */
    long leaks() throws DatapathException {
        return pair.leaks();
    }

    /** Whether packets of connections that began under other policies were seen since the last call. */
    boolean sawOlderFlows() throws DatapathException {
        return pair.sawOlderFlows();
    }
}
