package dev.baton.failover.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many EIPs each node holds or is about to hold. Counted when it is first asked for, and kept up to date from then
 * on: so 1,000 EIPs of one dead node cost one count, and an entry that places nothing costs none.
 */
final class Loads {
    private Optional<TreeMap<NodeId, Integer>> counts = Optional.empty();

    /** @param eips all of them as they are now, in case nothing was counted yet */
    int of(NodeId node, Table<Eip, FleetEip> eips) {
        if (counts.isEmpty()) {
            counts = Optional.of(new TreeMap<>());
            for (Table.Entry<Eip, FleetEip> eip : eips) {
                count(eip.value().assignment(), 1);
            }
        }
        return counts.get().getOrDefault(node, 0);
    }

    /** An EIP's assignment changed; empty before it is allocated and after it is freed. */
    void changed(Optional<FleetEip> before, Optional<FleetEip> after) {
        if (counts.isPresent()) {
            before.ifPresent(eip -> count(eip.assignment(), -1));
            after.ifPresent(eip -> count(eip.assignment(), 1));
        }
    }

    private void count(Assignment assignment, int by) {
        Optional<Holder> bearer = assignment.successor().or(assignment::holder);
        bearer.ifPresent(holder -> counts.orElseThrow().merge(holder.node(), by, Integer::sum));
    }
}
