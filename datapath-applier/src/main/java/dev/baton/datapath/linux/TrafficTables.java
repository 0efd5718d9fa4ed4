package dev.baton.datapath.linux;

import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.conntrack.Connections;
import dev.baton.datapath.linux.iptables.Backend;
import dev.baton.datapath.linux.iptables.IptablesRules;
import dev.baton.datapath.linux.iptables.Leftovers;
import dev.baton.datapath.linux.nft.FoundConnections;
import dev.baton.datapath.linux.nft.NftEvents;
import dev.baton.datapath.linux.nft.TablePair;
import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What marks, translates and guards packets, in the form that was asked for. The nft tables come first, then iptables:
 * what one knows of a policy and the other does not yet is dropped. Of the other form, which a former agent may have
 * made, nothing stays.
 */
final class TrafficTables {
    private static final Logger log = LoggerFactory.getLogger(TrafficTables.class);

    private final TrafficForm form;
    private final RunTool tools;
    private final TablePair pair;
    private final IptablesRules iptables;
    private final Connections connections;
    private boolean otherEnded;

    /**
     * @param connections EgressGateway's get marks of ours when its rules are replaced: so they go on
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
        iptables = new IptablesRules(tools, progressed);
        this.connections = connections;
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
        return switch (form) {
            case NFT -> {
                List<String> changed = pair.ensure(desired, parent);
                endOther();
                yield changed;
            }
            case IPTABLES -> ensureBoth(desired, parent);
        };
    }

    /** What can be done while EgressGateway still serves: its connections get marks of ours, most of them for good. */
    void prepare(DesiredState desired) throws DatapathException {
        if (form == TrafficForm.IPTABLES && iptables.findsEgressGateway()) {
            takeOver(desired);
        }
    }

    /**
     * Until EgressGateway's rules are gone, they mark connections as they know them, and new ones begin by them. The
     * nft table ends those that it does not know only when these have marks of ours, too.
     */
    private List<String> ensureBoth(DesiredState desired, Parent parent) throws DatapathException {
        boolean takesOver = iptables.findsEgressGateway();
        var changed = new ArrayList<>(takesOver ? pair.ensureBeside(desired, parent) : pair.ensure(desired, parent));
        changed.addAll(iptables.ensure(desired, parent.ipv6Enabled()));
        if (takesOver) {
            takeOver(desired);
            changed.addAll(pair.ensure(desired, parent));
        }
        return changed;
    }

    private void takeOver(DesiredState desired) throws DatapathException {
        var found = new FoundConnections(desired);
        log.info("event=connections_taken_over connections={}", connections.mark(found::markOf));
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
