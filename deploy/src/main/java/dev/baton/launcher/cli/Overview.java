package dev.baton.launcher.cli;

import dev.baton.contract.Assignment;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.FleetSnapshot.FleetNode;
import dev.baton.contract.FleetSnapshot.FleetPolicy;
import dev.baton.contract.Holder;
import dev.baton.failover.core.FleetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The nodes with their phases and the EIPs with their holders: the table to watch during a failure. */
public final class Overview {
    private Overview() {}

    public static List<String> of(FleetState state) {
        var nodes = new Rows("node", "phase", "incarnation", "eips");
        for (FleetNode node : state.nodes().values()) {
            String held = state.eips().values().stream()
                    .map(FleetEip::assignment)
                    .filter(eip -> eip.holder().map(Holder::node).equals(Optional.of(node.node())))
                    .map(eip -> eip.eip().toString())
                    .collect(Collectors.joining(" "));
            nodes.add(node.node(), phase(node), node.incarnation(), held);
        }
        var eips = new Rows("eip", "holder", "epoch", "step", "reason", "policies");
        for (FleetEip eip : state.eips().values()) {
            Assignment now = eip.assignment();
            eips.add(
                    now.eip(),
                    now.holder().map(Holder::toString).orElse("-"),
                    now.epoch(),
                    now.step(),
                    now.reason(),
                    policies(state, now));
        }
        var lines = new ArrayList<>(nodes.lines());
        lines.add("");
        lines.addAll(eips.lines());
        lines.addAll(beginning(state));
        return lines;
    }

    /** Why no EIP is given to a node yet, while the log is new. */
    private static List<String> beginning(FleetState state) {
        return switch (state.beginning()) {
            case OVER -> List.of();
            case EARLIER_LEASES_RUN ->
                List.of(
                        "",
                        "The log is new. EIPs are given when leases of a log before it are over, seconds from now.");
            case IMPORTING ->
                List.of(
                        "",
                        "The fleet is being imported, and decides nothing until that ends: baton fleet import FILE.");
            case OTHERS_ARE_HEARD ->
                List.of(
                        "",
                        "The log is new. EIPs are given when these nodes no longer obey a log before it: "
                                + others(state));
        };
    }

    private static String others(FleetState state) {
        return state.obeyingAnother().stream().map(node -> node.node().value()).collect(Collectors.joining(" "));
    }

    /** In the form of kubectl's {@code Ready,SchedulingDisabled}. */
    static String phase(FleetNode node) {
        return node.shown().text()
                + (node.cordoned() ? ",Cordoned" : "")
                + (node.draining() ? ",Draining" : "")
                + (node.leaving() ? ",Leaving" : "");
    }

    private static String policies(FleetState state, Assignment eip) {
        return state.policies().values().stream()
                .filter(policy -> policy.eip().equals(Optional.of(eip.eip())))
                .map(FleetPolicy::spec)
                .map(policy -> policy.policy().toString())
                .collect(Collectors.joining(" "));
    }
}
