package dev.baton.datapath.linux;

import dev.baton.contract.Tunnel;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.fence.HeldAddresses;
import dev.baton.datapath.linux.route.ForeignRoutes;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.route.PolicyRouting;
import dev.baton.datapath.linux.route.RoutePlan;
import dev.baton.datapath.linux.route.TunnelDevice;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.List;
import java.util.Optional;

/**
 * Compares what the kernel holds with what was programmed. Addresses, rules, routes, the device's address and all
 * tables' chains and rules are looked at in each check, and a few routing tables for others' routes; the sets'
 * contents, the peers' entries, the sysctl and the parent interface in every {@value #DEEP_EVERY}th.
 */
final class DriftCheck {
    static final int DEEP_EVERY = 20;

    /** Told of the parent interface when it was looked at again. */
    interface ParentListener {
        void found(Parent parent) throws DatapathException;
    }

    private final Optional<String> parentName;
    private final RunTool tools;
    private final ResidentTool ip;
    private final HeldAddresses held;
    private final PolicyRouting routing;
    private final ForeignRoutes foreign;
    private final TrafficTables tables;
    private final TunnelDevice device;
    private final ParentListener parentFound;
    private int checks;

    DriftCheck(
            Optional<String> parentName,
            RunTool tools,
            ResidentTool ip,
            HeldAddresses held,
            PolicyRouting routing,
            ForeignRoutes foreign,
            TrafficTables tables,
            TunnelDevice device,
            ParentListener parentFound) {
        this.parentName = parentName;
        this.tools = tools;
        this.ip = ip;
        this.held = held;
        this.routing = routing;
        this.foreign = foreign;
        this.tables = tables;
        this.device = device;
        this.parentFound = parentFound;
    }

    /** @param drifted what has drifted so far; this adds what it finds, also if it fails later */
    void look(DesiredState desired, Parent parent, boolean atOnce, List<String> drifted) throws DatapathException {
        checks++;
        if (!isOnTheWayOut(parent)) {
            findParent(desired, parent, drifted);
        }
        if (!held.read(parent, HeldAddresses.addresses(desired, parent))) {
            drifted.add("addresses");
            findParent(desired, parent, drifted); // they may have gone with their interface
        }
        if (!routing.read()) {
            drifted.add("rules and routes");
        }
        if (foreign.remove(RoutePlan.tables(desired))) {
            drifted.add("somebody's routes in our tables");
        }
        drifted.addAll(
                tables.areKnown() ? tables.drifted(checks % DEEP_EVERY == 0, atOnce) : tables.ensure(desired, parent));
        if (desired.own().isPresent()) {
            if (!TunnelDevice.exists(ip, desired.own().get())) {
                drifted.add("tunnel device");
            }
            if (drifted.isEmpty()) {
                lookDeeper(desired, desired.own().get(), parent, drifted);
            }
        }
    }

    /** One thing in each check, not all in one: the work thread must not hang, or the lease's renewal is withheld. */
    private void lookDeeper(DesiredState desired, Tunnel own, Parent parent, List<String> drifted)
            throws DatapathException {
        int turn = checks % DEEP_EVERY;
        if (turn == DEEP_EVERY / 4) {
            findParent(desired, parent, drifted);
        } else if (turn == DEEP_EVERY / 2) {
            if (!device.stands(own, desired.subnets(), parent)
                    || !device.missing(desired.peers(), parent).isEmpty()) {
                drifted.add("tunnel device or peers");
            }
        } else if (turn == 3 * DEEP_EVERY / 4 && device.ensureSysctl()) {
            drifted.add("sysctl");
        }
    }

    /** Whether the default route, if the parent follows it, still leads through the parent. */
    private boolean isOnTheWayOut(Parent parent) throws DatapathException {
        return parentName.isPresent()
                || ip.run(List.of("route show default")).lines().stream()
                        .findFirst()
                        .flatMap(line -> Words.after(Words.of(line), "dev"))
                        .filter(name -> !name.equals(parent.name()))
                        .isEmpty();
    }

    private void findParent(DesiredState desired, Parent parent, List<String> drifted) throws DatapathException {
        Parent found = Parent.find(parentName, tools, HeldAddresses.addresses(desired, parent))
                .naming(parent.named());
        parentFound.found(found);
        if (found.index() != parent.index()) {
            drifted.add("parent interface");
        }
    }
}
