package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.Mark;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The table that marks and translates, and the one that guards it. They change in one transaction of the kernel, so
 * that no packet meets a policy in one of them only; each is looked after by itself.
 */
final class Tables {
    private final OneShot tools;
    private final NftEvents events;
    private final Traffic traffic;
    private final Traffic guard;
    private boolean guardsTurn;
    private List<Object> madeOf = List.of();

    Tables(OneShot tools, ToolChild terse, ToolChild nft, NftEvents events) {
        this.events = events;
        this.tools = tools;
        traffic = new Traffic(tools, terse, nft);
        guard = new Traffic(tools, terse, nft);
    }

    /** A move changes none of what the tables are made of, and then does not even compute them. */
    void ensure(DesiredState desired, Parent on) throws DatapathException {
        var marks = new TreeMap<Eip, Mark>();
        desired.eips().forEach((eip, route) -> marks.put(eip, route.mark()));
        List<Object> wanted = List.of(on.name(), desired.peers(), marks, desired.policies(), desired.clusterCidrs());
        if (guard.stands() && traffic.stands() && wanted.equals(madeOf)) {
            return;
        }
        madeOf = List.of();
        var guarding = guard.change(GuardTable.of(desired, on.name()));
        var marking = traffic.change(TrafficTable.of(desired));
        String text = guarding.text() + marking.text();
        if (!text.isEmpty()) {
            try {
                tools.require(DatapathFault.FIREWALL, text, "nft", "-f", "-");
            } catch (DatapathException e) {
                guard.forget();
                traffic.forget();
                throw e;
            }
            events.heard(); // what the kernel tells of our own change
        }
        guard.made(guarding);
        traffic.made(marking);
        madeOf = wanted;
    }

    /** The guard is asked first: without it, what the other one lacks leaves with a wrong source. */
    List<String> drifted(boolean deep, boolean atOnce) throws DatapathException {
        guardsTurn = !guardsTurn;
        // Large ones take turns: the lease has to be renewed in between.
        boolean both = atOnce || !guard.isLarge();
        boolean noGuard = (both || guardsTurn) && drifted(guard, deep, atOnce);
        boolean noTraffic = (both || !guardsTurn) && drifted(traffic, deep, atOnce);
        return Stream.of(noGuard ? "leak guard" : "", noTraffic ? "traffic table" : "")
                .filter(what -> !what.isEmpty())
                .toList();
    }

    private static boolean drifted(Traffic table, boolean deep, boolean atOnce) throws DatapathException {
        return deep ? table.driftedInDepth(atOnce) : table.drifted(atOnce);
    }

    /** Packets that would have left with a wrong source. */
    long leaks() throws DatapathException {
        return guard.leaks();
    }

    /** What removes both, wherever they are. The guard goes last. */
    static String deletion() {
        return new PolicyTable().named(TrafficTable.NAME).deletion()
                + new PolicyTable().named(GuardTable.NAME).deletion();
    }
}
