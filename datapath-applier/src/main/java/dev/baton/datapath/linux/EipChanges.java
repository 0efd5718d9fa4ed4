package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.ApplyReport.Result;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.Role;
import dev.baton.datapath.linux.claim.DuplicateAddresses;
import dev.baton.datapath.linux.claim.Port;
import dev.baton.datapath.linux.conntrack.Connections;
import dev.baton.datapath.linux.fence.FencedInterfaces;
import dev.baton.datapath.linux.fence.HeldAddresses;
import dev.baton.datapath.linux.nft.TrafficTable;
import dev.baton.datapath.linux.route.Announcer;
import dev.baton.datapath.linux.route.Attached;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.route.PolicyRouting;
import dev.baton.datapath.linux.route.Route;
import dev.baton.datapath.linux.route.RoutePlan;
import dev.baton.datapath.linux.tool.ResidentTool;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each EIP its role on this node: address, membership in the fence, routes, announcement, tracked connections. If
 * one EIP fails, it is not held at all, and other EIPs are not affected.
 */
final class EipChanges {
    private static final Logger log = LoggerFactory.getLogger(EipChanges.class);

    private final ResidentTool ip;
    private final HeldAddresses held;
    private final FencedInterfaces fenced;
    private final PolicyRouting routing;
    private final Announcer announcer;
    private final Connections connections;
    private final DuplicateAddresses duplicates;
    private final Map<Eip, EipRoute> reported = new HashMap<>();

    private final ReleasedEips released;
    /** Addresses that were let go of, or could not be held, since the kernel was last asked whether they are closed. */
    private final SortedSet<IpAddress> unconfirmed = new TreeSet<>();

    EipChanges(
            ResidentTool ip,
            HeldAddresses held,
            FencedInterfaces fenced,
            PolicyRouting routing,
            Announcer announcer,
            Connections connections,
            DuplicateAddresses duplicates) {
        this.ip = ip;
        this.held = held;
        this.fenced = fenced;
        this.routing = routing;
        this.announcer = announcer;
        this.connections = connections;
        this.duplicates = duplicates;
        this.released = new ReleasedEips(connections::forget);
    }

    /**
     * One call of {@link LinuxDatapath#apply}.
     *
     * @param results of the EIPs so far
     * @param progressed called before each EIP
     */
    record Call(DesiredState desired, Parent parent, long startNanos, List<Result> results, Runnable progressed) {
        /** The addresses of all EIPs that this node may ever hold. */
        SortedSet<IpAddress> addresses() {
            return HeldAddresses.addresses(desired, parent);
        }

        private Duration took() {
            return Duration.ofNanos(System.nanoTime() - startNanos);
        }

        private boolean hasResultOf(Eip eip) {
            return results.stream().anyMatch(result -> result.eip().equals(eip));
        }
    }

    private interface Change {
        void make() throws DatapathException;
    }

    private void attempt(Call call, Eip eip, EipRoute route, Change change) {
        call.progressed.run();
        DatapathFault fault = DatapathFault.NONE;
        String detail = "";
        Optional<MacAddress> owner = Optional.empty();
        try {
            change.make();
            reported.put(eip, route);
        } catch (DatapathException e) {
            fault = e.fault();
            detail = String.valueOf(e.getMessage());
            owner = e.owner();
            reported.remove(eip);
        }
        if (fault == DatapathFault.NONE && isHold(route)) {
            unconfirmed.removeAll(eip.addresses());
        } else {
            unconfirmed.addAll(eip.addresses());
        }
        call.results.add(new Result(eip, fault, detail, owner, call.took()));
    }

    /** Removes addresses that a former assignment left here and that are no EIPs any more. */
    void removeForeignAddresses(Call call) throws DatapathException {
        var foreign = held.anywhere();
        foreign.removeAll(call.addresses());
        if (!foreign.isEmpty()) {
            held.close(foreign);
            ip.require(DatapathFault.ADDRESS, held.removal(foreign));
            held.removed(foreign);
        }
    }

    /** Releases the EIPs that this node holds and should not. */
    void release(Call call) {
        var here = held.anywhere();
        call.desired.eips().forEach((eip, route) -> {
            boolean holds = eip.addresses().stream().anyMatch(here::contains)
                    || Optional.ofNullable(reported.get(eip))
                            .filter(EipChanges::isHold)
                            .isPresent();
            if (!isHold(route) && holds) {
                attempt(call, eip, route, () -> release(eip, route, call));
            }
        });
    }

    /** Relays before the address goes, so that no packet of a pod is dropped or leaves with another source. */
    private void release(Eip eip, EipRoute route, Call call) throws DatapathException {
        var addresses = new TreeSet<>(eip.addresses());
        try {
            route(route, call, held.removal(addresses));
            held.removed(addresses);
        } finally {
            held.close(addresses); // whatever else failed, no frame leaves after this
            released.add(eip, TrafficTable.connectionsOf(route.mark()));
        }
    }

    void forgetConnections(Call call) {
        released.forgetConnections(call.results, call::took);
    }

    /** Routes the EIPs that other nodes hold, or nobody. */
    void routeElsewhere(Call call) {
        call.desired.eips().forEach((eip, route) -> {
            if (!isHold(route) && !isSettled(eip, route, call) && !call.hasResultOf(eip)) {
                attempt(call, eip, route, () -> route(route, call, List.of()));
            }
        });
    }

    /** Every EIP has its blackhole routes before any packet is marked for it, also one that this node will hold. */
    void block(Call call) throws DatapathException {
        for (var eip : call.desired.eips().entrySet()) {
            EipRoute route = eip.getValue();
            if (isHold(route) && !reported.containsKey(eip.getKey()) && !isRouted(route, call)) {
                route(blocked(route), call, List.of());
            }
        }
    }

    /** Asks the segment about all EIPs together that this node is about to take without a release. */
    void askWhoHasThem(Call call) throws DatapathException {
        var asked = new TreeMap<IpAddress, Port>();
        call.desired.eips().forEach((eip, route) -> {
            if (isTakenUnreleased(eip, route, call)) {
                for (IpAddress address : HeldAddresses.holdable(eip, call.parent)) {
                    Attached carrier = call.parent.carrier(address);
                    // A router may answer for any address behind it, and has none of them.
                    if (!call.parent.owns(address) && carrier.isIn(address)) {
                        asked.put(address, Port.of(carrier));
                    }
                }
            }
        });
        duplicates.ask(asked);
    }

    /** What this node had before is its own by right: also if somebody took it away here, or the agent restarted. */
    private boolean isTakenUnreleased(Eip eip, EipRoute route, Call call) {
        boolean hadIt = Optional.ofNullable(reported.get(eip))
                .filter(EipChanges::isHold)
                .isPresent();
        return route.role() instanceof Role.Hold(boolean released)
                && !released
                && !hadIt
                && !held.holds(HeldAddresses.holdable(eip, call.parent), call.parent);
    }

    /** Acquires the EIPs that this node should hold. */
    void acquire(Call call) throws DatapathException {
        call.progressed.run();
        duplicates.await(call.desired);
        call.desired.eips().forEach((eip, route) -> {
            if (isHold(route) && !isHeld(eip, route, call)) {
                attempt(call, eip, route, () -> acquire(eip, route, call));
            }
        });
    }

    private void acquire(Eip eip, EipRoute route, Call call) throws DatapathException {
        var addresses = HeldAddresses.holdable(eip, call.parent);
        var nodes = call.desired.nodeAddresses();
        nodes.retainAll(addresses);
        addresses.stream().filter(call.parent::owns).forEach(nodes::add);
        if (!nodes.isEmpty()) {
            throw new DatapathException(DatapathFault.ADDRESS, nodes + " is a node's own address, and no EIP");
        }
        boolean gained = !held.holds(addresses, call.parent);
        try {
            call.parent.requireNamed(addresses);
            duplicates.requireFree(addresses);
            held.add(addresses, call.parent);
            // Open the fence before the first packet: it makes the node ask for its next hop, and if that question is
            // stopped, the node asks again only a second later.
            held.open(addresses);
            route(route, call, List.of());
            released.heldAgain(eip);
            if (gained) {
                announcer.announce(addresses, call.parent);
                connections.acquired(TrafficTable.connectionsOf(route.mark()));
            }
        } catch (DatapathException e) {
            held.close(addresses);
            route(blocked(route), call, held.removal(addresses));
            held.removed(addresses);
            throw e;
        }
    }

    /** Unfences addresses that are no EIPs any more: only the fence still stops connections translated to them. */
    void unfenceOthers(Call call) throws DatapathException {
        var freed = held.fencedExcept(call.addresses());
        if (!freed.isEmpty()) {
            connections.forget(freed, List.of());
            fenced.dropWaiting();
            held.unfence(freed);
        }
    }

    /**
     * That an EIP failed, or was let go, is a promise: another node may hold it from then on. So nothing is said before
     * the kernel has said that no frame leaves with its address.
     */
    void confirmClosed() throws DatapathException {
        if (unconfirmed.isEmpty()) {
            return;
        }
        var open = new TreeSet<>(unconfirmed);
        open.retainAll(held.readOpen());
        if (!open.isEmpty()) {
            throw new DatapathException(DatapathFault.FIREWALL, open + " could not be closed in the fence");
        }
        fenced.dropPassed();
        unconfirmed.clear();
    }

    void forgetOthers(Call call) {
        reported.keySet().retainAll(call.desired.eips().keySet());
    }

    void forgetAll() {
        reported.clear();
    }

    private static boolean isHold(EipRoute route) {
        return route.role() instanceof Role.Hold;
    }

    private static EipRoute blocked(EipRoute route) {
        return new EipRoute(route.mark(), route.epoch(), new Role.Block(), route.gateway());
    }

    private boolean isHeld(Eip eip, EipRoute route, Call call) {
        return isSettled(eip, route, call) && held.holds(HeldAddresses.holdable(eip, call.parent), call.parent);
    }

    private boolean isSettled(Eip eip, EipRoute route, Call call) {
        return route.equals(reported.get(eip)) && isRouted(route, call);
    }

    private void route(EipRoute route, Call call, List<String> between) throws DatapathException {
        routing.change(routes(route, call), RoutePlan.tables(route), between);
    }

    private boolean isRouted(EipRoute route, Call call) {
        return routing.stands(routes(route, call), RoutePlan.tables(route));
    }

    private static SortedSet<Route> routes(EipRoute route, Call call) {
        return PolicyRouting.ofFamilies(RoutePlan.routes(route, call.desired.peers()), call.parent.ipv6Enabled());
    }
}
