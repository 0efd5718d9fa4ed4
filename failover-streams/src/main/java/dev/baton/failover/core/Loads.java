package dev.baton.failover.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.NodeId;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many EIPs each node holds or is about to hold, and how many of each gateway some node does. Counted when it is
 * first asked for, and kept up to date from then on: so 1,000 EIPs of one dead node cost one count, and an entry that
 * places nothing costs none.
 */
final class Loads {
    private record Counts(TreeMap<NodeId, Integer> byNode, TreeMap<GatewayId, Integer> byGateway) {}

    private Optional<Counts> counts = Optional.empty();

    /** @param eips all of them as they are now, in case nothing was counted yet */
    int of(NodeId node, Table<Eip, FleetEip> eips) {
        return counts(eips).byNode().getOrDefault(node, 0);
    }

    /** @param eips all of them as they are now, in case nothing was counted yet */
    int of(GatewayId gateway, Table<Eip, FleetEip> eips) {
        return counts(eips).byGateway().getOrDefault(gateway, 0);
    }

    private Counts counts(Table<Eip, FleetEip> eips) {
        if (counts.isEmpty()) {
            var byGateway = new TreeMap<GatewayId, Integer>(Comparator.comparing(GatewayId::value));
            counts = Optional.of(new Counts(new TreeMap<>(), byGateway));
            for (Table.Entry<Eip, FleetEip> eip : eips) {
                count(eip.value().assignment(), 1);
            }
        }
        return counts.get();
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
        bearer.ifPresent(holder -> {
            counts.orElseThrow().byNode().merge(holder.node(), by, Integer::sum);
            counts.orElseThrow().byGateway().merge(assignment.gateway(), by, Integer::sum);
        });
    }
}
