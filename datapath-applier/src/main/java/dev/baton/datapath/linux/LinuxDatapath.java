package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Tunnel;
import dev.baton.datapath.ApplyReport;
import dev.baton.datapath.ApplyReport.Result;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.Health;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Programs a Linux node. What changes hands with an EIP is its address, its routes and its membership in the fence;
 * everything else is the same whoever holds it.
 *
 * <p>Order: what is lost is let go of first; then ways and tables that nothing depends on yet; then the fence's list of
 * EIPs and the rules; then what is gained; last, what nothing uses any more goes.
 *
 * <p>Drift: device, addresses, rules, routes, all tables' chains and rules are looked at in each {@link #check}; the
 * lists' contents, peers' entries and sysctls in every {@value #DEEP_EVERY}th. A fence that someone removed is put back
 * closed, so the lease reads as lapsed.
 *
 * <p>Somebody who flushes or deletes our tables is heard of by the next {@link #isDisturbed}, 20 ms later at most when
 * it is asked in each round of work; the repair takes 50-250 ms from then, and longer beside hundreds of policies.
 * Until then {@link GuardTable} stops the policies' packets. What is not heard of (a device, a rule of routing, a set's
 * contents) waits for its turn: 250 ms, or {@value #DEEP_EVERY} times that.
 */
public final class LinuxDatapath implements Datapath {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxDatapath.class);
    private static final List<String> TOOLS = List.of("ip", "bridge", "nft", "sysctl", "stdbuf");
    private static final int DEEP_EVERY = 20;

    private final LinuxOptions options;
    private final OneShot tools;
    private final ToolChild ip;
    private final ToolChild ip6;
    private final ToolChild terse;
    private final Fence fence;
    private final Holding holding;
    private final PolicyRouting routing;
    private final TunnelDevice device;
    private final NftEvents events;
    private final Tables tables;
    private final Traffic fenceTable;
    private final Announcer announcer = new Announcer();
    private final Connections connections;
    private final Map<Eip, EipRoute> reported = new HashMap<>();
    /** Whose connections have not been forgotten for certain. */
    private final SortedSet<IpAddress> letGo = new TreeSet<>();

    private final SortedSet<Mark> letGoMarks = new TreeSet<>();

    private @Nullable Parent parent;
    private @Nullable PacketSocket socket;
    private @Nullable DesiredState last;
    private int checks;
    private boolean unrepaired;
    private boolean disturbed;
    private Runnable progressed = () -> {};

    public LinuxDatapath(LinuxOptions options) {
        this.options = options;
        tools = new OneShot(options);
        ip = ToolChild.ip(options);
        ip6 = ToolChild.ip6(options);
        terse = ToolChild.nft(options, "-s", "-t");
        fence = new Fence(options.namespace());
        holding = new Holding(ip, fence);
        routing = new PolicyRouting(ip, ip6);
        device = new TunnelDevice(options, tools);
        events = new NftEvents(options.namespace(), Set.of(TrafficTable.NAME, GuardTable.NAME, Fence.NAME));
        tables = new Tables(tools, terse, options.namespace(), events, () -> progressed.run());
        fenceTable = new Traffic(tools, terse, options.namespace());
        connections = new Connections(options.namespace());
    }

    /** The tools that are needed and are not installed. */
    public static List<String> missingTools() {
        return OneShot.missing(TOOLS);
    }

    @Override
    public void open() throws DatapathException {
        var missing = missingTools();
        if (!missing.isEmpty()) {
            throw new DatapathException(DatapathFault.FIREWALL, "not installed: " + String.join(", ", missing));
        }
        Parent found = Parent.find(options, tools, Set.of());
        parent = found;
        if (fenceTable.ensureStructure(Fence.table(found.name()))) {
            LOG.info("event=fence_made parent={}", found.name());
        }
        fence.lease().proveThatTheKernelCan();
        holding.read(found, Set.of());
        // Without the EIPs, one of them could be taken for the node's own address.
        parent = Parent.find(options, tools, holding.anything());
        routing.read();
        socket = PacketSocket.open(options.namespace());
        events.open();
    }

    @Override
    public ApplyReport apply(DesiredState desired) throws DatapathException {
        long start = System.nanoTime();
        Parent on = opened();
        var results = new ArrayList<Result>();
        var eips = Holding.addresses(desired, on);
        if (last == null) {
            holding.read(on, eips);
        }
        last = desired;
        letGoOfStrangers(eips, on);
        var here = holding.anything();
        desired.eips().forEach((eip, route) -> {
            boolean holds = eip.addresses().stream().anyMatch(here::contains)
                    || Optional.ofNullable(reported.get(eip))
                            .map(LinuxDatapath::isHold)
                            .orElse(false);
            if (!isHold(route) && holds) {
                results.add(attempt(eip, route, start, () -> release(eip, route, desired, on)));
            }
        });
        forgetConnections(results);
        Optional<Tunnel> own = desired.own();
        if (own.isEmpty()) {
            return new ApplyReport(results);
        }
        if (device.ensure(own.get(), on)) {
            LOG.info("event=tunnel_made mac={} parent={}", own.get().mac(), on.name());
            forgetInterfaces();
            routing.read();
        }
        device.peers(desired.peers(), on);
        routing.peers(desired, on.ipv6Enabled());
        desired.eips().forEach((eip, route) -> {
            if (!isHold(route) && !settled(eip, route, desired, on)) {
                boolean failed =
                        results.stream().anyMatch(result -> result.eip().equals(eip));
                if (!failed) {
                    results.add(attempt(eip, route, start, () -> route(route, desired, on, List.of())));
                }
            }
        });
        routing.addRules(RoutePlan.rules(desired), on.ipv6Enabled());
        holding.fence(eips);
        blackholes(desired, on);
        tables.ensure(desired, on);
        desired.eips().forEach((eip, route) -> {
            if (isHold(route) && !(settled(eip, route, desired, on) && holding.holds(Holding.holdable(eip, on)))) {
                results.add(attempt(eip, route, start, () -> acquire(eip, route, desired, on)));
            }
        });
        routing.removeOtherRules(RoutePlan.rules(desired));
        routing.removeOtherRoutes(RoutePlan.tables(desired));
        unfenceAllBut(eips);
        reported.keySet().retainAll(desired.eips().keySet());
        return new ApplyReport(results);
    }

    /** No EIP counts as let go while a connection is still translated to it. */
    private void forgetConnections(List<Result> results) {
        if (letGo.isEmpty() && letGoMarks.isEmpty()) {
            return;
        }
        try {
            connections.forget(letGo, letGoMarks);
            letGo.clear();
            letGoMarks.clear();
        } catch (DatapathException e) {
            results.replaceAll(result -> result.fault() == DatapathFault.NONE
                            && result.eip().addresses().stream().anyMatch(letGo::contains)
                    ? new Result(result.eip(), e.fault(), String.valueOf(e.getMessage()), result.took())
                    : result);
            LOG.warn("event=connections_left eips={} reason=\"{}\"", letGo, e.getMessage());
        }
    }

    /** The fence is the last that stops a connection which is still translated to what was an EIP. */
    private void unfenceAllBut(SortedSet<IpAddress> eips) throws DatapathException {
        var freed = holding.fencedBeside(eips);
        if (!freed.isEmpty()) {
            connections.forget(freed, List.of());
            holding.unfence(freed);
        }
    }

    private static boolean isHold(EipRoute route) {
        return route.role() instanceof Role.Hold;
    }

    private boolean settled(Eip eip, EipRoute route, DesiredState desired, Parent on) {
        return route.equals(reported.get(eip)) && stands(route, desired, on);
    }

    private interface Change {
        void make() throws DatapathException;
    }

    @Override
    public void onProgress(Runnable listener) {
        progressed = listener;
    }

    /** One EIP's failure leaves nothing of it held and is nobody else's. */
    private Result attempt(Eip eip, EipRoute route, long start, Change change) {
        progressed.run();
        DatapathFault fault = DatapathFault.NONE;
        String detail = "";
        try {
            change.make();
            reported.put(eip, route);
        } catch (DatapathException e) {
            fault = e.fault();
            detail = String.valueOf(e.getMessage());
            reported.remove(eip);
            LOG.warn("event=eip_failed eip={} fault={} reason={}", eip, fault, detail);
        }
        return new Result(eip, fault, detail, Duration.ofNanos(System.nanoTime() - start));
    }

    private void acquire(Eip eip, EipRoute route, DesiredState desired, Parent on) throws DatapathException {
        var addresses = Holding.holdable(eip, on);
        var nodes = desired.nodeAddresses();
        nodes.addAll(on.shape().addresses());
        nodes.retainAll(addresses);
        if (!nodes.isEmpty()) {
            throw new DatapathException(DatapathFault.ADDRESS, nodes + " is a node's own address, and no EIP");
        }
        boolean gained = !holding.holds(addresses);
        try {
            holding.add(addresses, on);
            // Open before the first packet comes: it asks for its next hop, and if that is stopped, asks again in a
            // second.
            holding.open(addresses);
            route(route, desired, on, List.of());
            if (gained) {
                announcer.announce(addresses, opened(socket), on);
                connections.acquired(route.mark());
            }
        } catch (DatapathException e) {
            holding.close(addresses);
            var blocked = new EipRoute(route.mark(), route.epoch(), new Role.Block());
            route(blocked, desired, on, holding.removal(addresses, on));
            holding.removed(addresses);
            throw e;
        }
    }

    /** Relays before it lets go, so that no packet of a pod is dropped or leaves with another source. */
    private void release(Eip eip, EipRoute route, DesiredState desired, Parent on) throws DatapathException {
        var addresses = Fence.of(eip);
        try {
            route(route, desired, on, holding.removal(addresses, on));
            holding.removed(addresses);
        } finally {
            holding.close(addresses); // whatever else failed, no frame leaves after this
            letGo.addAll(addresses); // and no connection is translated here
            letGoMarks.add(route.mark());
        }
    }

    private void route(EipRoute route, DesiredState desired, Parent on, List<String> between) throws DatapathException {
        routing.change(routes(route, desired, on), RoutePlan.tables(route), between);
    }

    private boolean stands(EipRoute route, DesiredState desired, Parent on) {
        return routing.stands(routes(route, desired, on), RoutePlan.tables(route));
    }

    private static SortedSet<Route> routes(EipRoute route, DesiredState desired, Parent on) {
        return PolicyRouting.ofFamilies(RoutePlan.routes(route, desired.peers()), on.ipv6Enabled());
    }

    /** An EIP to be held is a blackhole before any packet is marked for it, as any other is. */
    private void blackholes(DesiredState desired, Parent on) throws DatapathException {
        for (var eip : desired.eips().entrySet()) {
            boolean unknown = !reported.containsKey(eip.getKey()) && !stands(eip.getValue(), desired, on);
            if (isHold(eip.getValue()) && unknown) {
                var route = eip.getValue();
                route(new EipRoute(route.mark(), route.epoch(), new Role.Block()), desired, on, List.of());
            }
        }
    }

    /** Addresses that a former assignment left here and the desired state does not know. */
    private void letGoOfStrangers(SortedSet<IpAddress> eips, Parent on) throws DatapathException {
        var strangers = holding.anything();
        strangers.removeAll(eips);
        if (!strangers.isEmpty()) {
            holding.close(strangers);
            ip.require(DatapathFault.ADDRESS, holding.removal(strangers, on));
            holding.removed(strangers);
        }
    }

    @Override
    public boolean isDisturbed() {
        disturbed |= events.heard();
        return disturbed;
    }

    @Override
    public Health check() {
        var repaired = new ArrayList<String>();
        try {
            Parent on = opened();
            checks++;
            boolean atOnce = isDisturbed();
            disturbed = false;
            if (fenceTable.drifted(false, atOnce)) {
                repaired.add("fence");
                fenceTable.ensureStructure(Fence.table(on.name()));
            }
            DesiredState desired = last;
            if (desired != null) {
                look(desired, on, atOnce, repaired);
            }
            announcer.repeat(holding.open(), opened(socket), on);
            if (tables.sawOlderFlows()) {
                connections.forgetOlder();
            }
            return new Health(DatapathFault.NONE, "", repaired, tables.leaks());
        } catch (DatapathException e) {
            return new Health(e.fault(), String.valueOf(e.getMessage()), repaired, 0);
        }
    }

    private void look(DesiredState desired, Parent on, boolean atOnce, List<String> repaired) throws DatapathException {
        if (!holding.read(on, Holding.addresses(desired, on))) {
            repaired.add("addresses");
        }
        if (!routing.read()) {
            repaired.add("rules and routes");
        }
        repaired.addAll(
                tables.areKnown() ? tables.drifted(checks % DEEP_EVERY == 0, atOnce) : tables.ensure(desired, on));
        if (desired.own().isPresent() && !TunnelDevice.exists(ip, desired.own().get())) {
            repaired.add("tunnel device");
        }
        if (desired.own().isPresent() && repaired.isEmpty()) {
            lookDeeper(desired, desired.own().get(), on, repaired);
        }
        if (!repaired.isEmpty() || unrepaired) {
            unrepaired = true;
            device.forget();
            forgetInterfaces();
            LOG.warn("event=drift what={}", repaired);
            var failed = apply(desired).results().stream()
                    .filter(result -> result.fault() != DatapathFault.NONE)
                    .findFirst();
            if (failed.isPresent()) {
                throw new DatapathException(failed.get().fault(), failed.get().detail());
            }
            unrepaired = false;
        }
    }

    /** One thing in each turn, not all in one: the work thread must not hang, or the lease's renewal is withheld. */
    private void lookDeeper(DesiredState desired, Tunnel own, Parent on, List<String> repaired)
            throws DatapathException {
        int turn = checks % DEEP_EVERY;
        if (turn == DEEP_EVERY / 4) {
            Parent found = Parent.find(options, tools, Holding.addresses(desired, on));
            parent = found;
            if (found.index() != on.index()) {
                repaired.add("parent interface");
            }
        } else if (turn == DEEP_EVERY / 2) {
            boolean stands = device.stands(own, on);
            if (!stands || !device.missing(desired.peers(), on).isEmpty()) {
                repaired.add("tunnel device or peers");
            }
        } else if (turn == 3 * DEEP_EVERY / 4 && device.ensureSysctl()) {
            repaired.add("sysctl");
        }
    }

    /** A running ip remembers which number a name had; a device made anew has another. */
    private void forgetInterfaces() {
        ip.close();
        ip6.close();
    }

    @Override
    public void withdraw() throws DatapathException {
        fence.lease().revoke();
        holding.closeAll();
        reported.clear();
    }

    /** Whether the kernel's tables were read back since they were changed last, and found as wanted. */
    boolean isLookedAt() {
        return tables.areReadBack();
    }

    @Override
    public KernelLease lease() {
        return fence.lease();
    }

    @Override
    public Optional<ParentInterface> parent() {
        return Optional.ofNullable(parent).map(Parent::shape);
    }

    @Override
    public void cleanup() throws DatapathException {
        new Cleanup(options, tools, ip, ip6, fence).run();
    }

    @Override
    public void close() {
        connections.close();
        events.close();
        fence.close();
        Stream.of(ip, ip6, terse).forEach(ToolChild::close);
        Optional.ofNullable(socket).ifPresent(PacketSocket::close);
        socket = null;
    }

    private Parent opened() throws DatapathException {
        Parent on = parent;
        if (on == null) {
            throw new DatapathException(DatapathFault.PARENT_INTERFACE, "the datapath is not open");
        }
        return on;
    }

    private static PacketSocket opened(@Nullable PacketSocket socket) throws DatapathException {
        if (socket == null) {
            throw new DatapathException(DatapathFault.ADDRESS, "the datapath is not open");
        }
        return socket;
    }
}
