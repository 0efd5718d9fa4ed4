package dev.baton.datapath.linux;

import dev.baton.contract.AddressClaim;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.ObservedPath;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Tunnel;
import dev.baton.datapath.ApplyReport;
import dev.baton.datapath.Datapath;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.Health;
import dev.baton.datapath.KernelLease;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.claim.DuplicateAddresses;
import dev.baton.datapath.linux.claim.Port;
import dev.baton.datapath.linux.conntrack.Connections;
import dev.baton.datapath.linux.fence.Fence;
import dev.baton.datapath.linux.fence.FenceChoice;
import dev.baton.datapath.linux.fence.FenceForm;
import dev.baton.datapath.linux.fence.FenceTables;
import dev.baton.datapath.linux.fence.FencedInterfaces;
import dev.baton.datapath.linux.fence.HeldAddresses;
import dev.baton.datapath.linux.iptables.EgressGatewayRules;
import dev.baton.datapath.linux.nft.GuardTable;
import dev.baton.datapath.linux.nft.NewPods;
import dev.baton.datapath.linux.nft.NftEvents;
import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.nft.TrafficTable;
import dev.baton.datapath.linux.path.PathProbes;
import dev.baton.datapath.linux.route.Announcer;
import dev.baton.datapath.linux.route.ForeignRoutes;
import dev.baton.datapath.linux.route.Parent;
import dev.baton.datapath.linux.route.PolicyRouting;
import dev.baton.datapath.linux.route.ReversePath;
import dev.baton.datapath.linux.route.RoutePlan;
import dev.baton.datapath.linux.route.TunnelDevice;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Programs a Linux node. A move of an EIP changes its address, its routes and its membership in the fence; everything
 * else is the same whoever holds it.
 *
 * <p>A flush or delete of Baton's tables is noticed by the next {@link #isDisturbed}, 20 ms later at most if that is
 * called in each round of work. The repair takes 50-250 ms from then, and longer beside hundreds of policies. Until
 * then {@link GuardTable} stops the policies' packets. The kernel announces no change of a device, a routing rule or a
 * set's contents: {@link DriftCheck} finds it within 250 ms, or {@value DriftCheck#DEEP_EVERY} times that. A fence that
 * somebody removed is put back closed, so the lease reads as lapsed.
 */
public final class LinuxDatapath implements Datapath {
    private static final Logger log = LoggerFactory.getLogger(LinuxDatapath.class);
    private static final List<String> TOOLS = List.of("ip", "bridge", "nft", "sysctl", "stdbuf");

    private final LinuxOptions options;
    private final RunTool tools;
    private final ResidentTool ip;
    private final ResidentTool ip6;
    private final ResidentTool terse;
    private final Fence fence;
    private final HeldAddresses held;
    private final PolicyRouting routing;
    private final TunnelDevice device;
    private final NftEvents events;
    private final TrafficTables tables;
    private final FencedInterfaces fenced;
    private final NewPods newPods;
    private final Announcer announcer;
    private final Connections connections;
    private final DuplicateAddresses duplicates;
    private final EipChanges eips;
    private final DriftCheck drift;
    private final PathProbes probes;

    private @Nullable Parent parent;
    private @Nullable DesiredState last;
    private boolean unrepaired;
    private SortedSet<String> covered = new TreeSet<>();
    private boolean disturbed;
    private Runnable progressed = () -> {};

    public LinuxDatapath(LinuxOptions options) {
        this.options = options;
        var namespace = options.namespace();
        tools = new RunTool(namespace);
        ip = ResidentTool.ip(namespace);
        ip6 = ResidentTool.ip6(namespace);
        terse = ResidentTool.nft(namespace, "-s", "-t");
        fence = new Fence(namespace);
        held = new HeldAddresses(ip, fence);
        announcer = new Announcer(fence::lets);
        routing = new PolicyRouting(ip, ip6);
        device = new TunnelDevice(namespace, tools);
        events = new NftEvents(namespace, Set.of(TrafficTable.NAME, GuardTable.NAME, FenceTables.NAME, NewPods.TABLE));
        connections = new Connections(namespace);
        tables = new TrafficTables(options, tools, terse, events, connections, this::progress);
        fenced = new FencedInterfaces(tools, terse);
        newPods = new NewPods(tools, terse, namespace, options.newPodsWait());
        duplicates = new DuplicateAddresses(tools, fence::lets);
        eips = new EipChanges(ip, held, fenced, routing, announcer, connections, duplicates);
        probes = new PathProbes(namespace);
        var foreign = new ForeignRoutes(ip, ip6);
        drift = new DriftCheck(options.parent(), tools, ip, held, routing, foreign, tables, device, this::found);
    }

    /** The tools that are needed and not installed. */
    public static List<String> missingTools(TrafficForm form) {
        return Stream.concat(RunTool.missing(TOOLS).stream(), TrafficTables.missingTools(form).stream())
                .toList();
    }

    /**
     * The interface that the tunnel would run over. Changes nothing.
     *
     * @param named empty: the interface of the default route
     */
    public static ParentInterface findParent(Optional<String> named) throws DatapathException {
        var here = new RunTool(Optional.empty());
        if (!RunTool.missing(List.of("ip")).isEmpty()) {
            throw new DatapathException(DatapathFault.PARENT_INTERFACE, "not installed: ip");
        }
        return Parent.find(named, here, Set.of()).shape();
    }

    @Override
    public void open(Set<Eip> remembered) throws DatapathException {
        var missing = missingTools(options.traffic());
        if (!missing.isEmpty()) {
            throw new DatapathException(DatapathFault.FIREWALL, "not installed: " + String.join(", ", missing));
        }
        Parent found = Parent.find(options.parent(), tools, Set.of());
        parent = found;
        makeFence(found);
        fence.lease().proveThatTheKernelCan();
        FenceChoice.endOther(fence, fenced, options.namespace(), tools);
        var known = remembered.stream()
                .flatMap(eip -> eip.addresses().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        held.read(found, known);
        // Look again without the EIPs: one of them could be taken for the node's own address.
        parent = Parent.find(options.parent(), tools, held.anywhere());
        denyUnlessLeased(known, opened());
        routing.read();
        announcer.open(options.namespace());
        duplicates.open(options.namespace(), Port.of(opened().itself()));
        events.open();
    }

    private void makeFence(Parent over) throws DatapathException {
        covered = new TreeSet<>();
        FenceForm form = FenceChoice.of(options.fence(), tools);
        fence.use(form.families());
        if (fenced.ensure(form, FencedInterfaces.onTheSegmentsOf(over.carriers(Set.of()), tools))) {
            log.info("event=fence_made parent={} form={}", over.name(), form);
        }
    }

    /**
     * Nothing was read yet that says who holds these EIPs; the fence may have been taken away since they were known.
     */
    private void denyUnlessLeased(SortedSet<IpAddress> known, Parent current) throws DatapathException {
        known.removeIf(current::owns);
        cover(current, known);
        held.fence(known);
        if (fence.lease().remaining().isEmpty()) {
            held.leave();
        }
    }

    @Override
    public ApplyReport apply(DesiredState desired) throws DatapathException {
        try {
            ApplyReport report = change(desired);
            if (report.results().stream().noneMatch(result -> mayBeTheDeviceGone(result.fault()))) {
                return report;
            }
        } catch (DatapathException e) {
            if (!mayBeTheDeviceGone(e.fault())) {
                throw e;
            }
        }
        return changeAnew(desired);
    }

    /**
     * Whether a change may have failed because somebody deleted the tunnel's device meanwhile, which takes all routes
     * and entries on it along. The node's EIPs would move for that, though the device can be made anew at once: so such
     * a failure is believed when it happens twice.
     */
    private static boolean mayBeTheDeviceGone(DatapathFault fault) {
        return fault == DatapathFault.TUNNEL_DEVICE || fault == DatapathFault.ROUTE;
    }

    /** Makes the device first: a release leads an EIP's packets into it. Whatever was to stop is behind the fence. */
    private ApplyReport changeAnew(DesiredState desired) throws DatapathException {
        device.forget();
        forgetInterfaces();
        Parent over = opened();
        if (desired.own().isPresent()) {
            tunnel(desired.own().get(), desired, over);
        }
        held.read(over, HeldAddresses.addresses(desired, over));
        routing.read();
        return change(desired);
    }

    /** Each step relies on the ones before it; the comments say for what. */
    private ApplyReport change(DesiredState desired) throws DatapathException {
        Parent now = opened().naming(options.interfaces().ofAddresses(desired));
        parent = now;
        var call = new EipChanges.Call(desired, now, System.nanoTime(), new ArrayList<>(), this::progress);
        if (last == null) {
            held.read(call.parent(), call.addresses());
        }
        last = desired;
        // First everything that must stop: the next holder waits for it.
        eips.removeForeignAddresses(call);
        held.removeStrays(call.parent());
        eips.release(call);
        eips.forgetConnections(call);
        if (desired.own().isEmpty()) {
            eips.confirmClosed();
            probes.aim(desired);
            return new ApplyReport(call.results());
        }
        // Whoever has one of the addresses answers while the rest is done.
        eips.askWhoHasThem(call);
        // Then the ways to other nodes. No packet takes them yet, because none is marked for a new EIP.
        tunnel(desired.own().get(), desired, call.parent());
        routing.peers(desired, call.parent().ipv6Enabled());
        eips.routeElsewhere(call);
        routing.addRules(RoutePlan.rules(desired), call.parent().ipv6Enabled());
        tables.prepare(desired);
        // Fence and blackholes come before the tables, so that no marked packet leaves with a wrong source.
        cover(call.parent(), call.addresses());
        held.fence(call.addresses());
        eips.block(call);
        tables.ensure(desired, call.parent());
        // An EIP is acquired only when packets of its policies are marked and translated.
        eips.acquire(call);
        // A pod is known once packets of its policies are marked.
        newPods.ensure(desired, call.parent());
        // At last what nothing uses any more. The fence gives an address free only when no connection has it.
        routing.removeOtherRules(RoutePlan.rules(desired));
        routing.removeOtherRoutes(RoutePlan.tables(desired));
        eips.unfenceOthers(call);
        eips.forgetOthers(call);
        eips.confirmClosed();
        probes.aim(desired);
        return new ApplyReport(call.results());
    }

    /** The fence stands wherever these addresses can be, and on all interfaces of the same segments. */
    private void cover(Parent current, SortedSet<IpAddress> addresses) throws DatapathException {
        SortedSet<String> carriers = current.carriers(addresses);
        // Also where none is yet: a restarted agent does not know yet which addresses are there.
        carriers.addAll(options.interfaces().names());
        if (!carriers.equals(covered)) {
            fenced.cover(FencedInterfaces.onTheSegmentsOf(carriers, tools));
            for (String carrier : carriers) {
                if (!carrier.equals(current.name()) && ReversePath.ensureLoose(options.namespace(), carrier, tools)) {
                    log.info("event=reverse_path_loosened interface={}", carrier);
                }
            }
            covered = carriers;
        }
    }

    /** If it is another interface than before, the fence stands there first, and no EIP stays where it was. */
    private void found(Parent next) throws DatapathException {
        covered = new TreeSet<>();
        cover(next, held.anywhere());
        Parent before = parent;
        if (before != null && before.index() != next.index()) {
            log.warn("event=parent_changed from={} to={}", before.name(), next.name());
            held.leave();
        }
        parent = next;
    }

    private void tunnel(Tunnel own, DesiredState desired, Parent over) throws DatapathException {
        if (device.ensure(own, desired.subnets(), over)) {
            log.info("event=tunnel_made mac={} parent={}", own.mac(), over.name());
            forgetInterfaces();
            routing.read();
        }
        device.peers(desired.peers(), over);
    }

    /** A running ip remembers which number a name had; a device made anew has another. */
    private void forgetInterfaces() {
        ip.close();
        ip6.close();
    }

    /** A long change must not outlast the addresses that are there already. */
    private void progress() {
        progressed.run();
        try {
            held.keep();
        } catch (DatapathException e) {
            log.debug("event=addresses_not_kept reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public void onProgress(Runnable listener) {
        progressed = listener;
    }

    @Override
    public boolean isDisturbed() {
        disturbed |= events.heard();
        return disturbed;
    }

    @Override
    public Health check() {
        var repaired = new ArrayList<String>();
        Health health = check(repaired);
        return mayBeTheDeviceGone(health.fault()) ? check(repaired) : health;
    }

    private Health check(List<String> repaired) {
        try {
            Parent current = opened();
            boolean atOnce = isDisturbed();
            disturbed = false;
            if (fenced.hasDrifted(atOnce)) {
                repaired.add("fence");
                fenced.ensure(FencedInterfaces.onTheSegmentsOf(current.carriers(held.anywhere()), tools));
                covered = new TreeSet<>(); // it may stand on these alone now
            }
            DesiredState desired = last;
            if (desired != null) {
                drift.look(desired, current, atOnce, repaired);
                newPods.look(desired, opened(), atOnce, repaired);
                unrepaired |= !repaired.isEmpty();
                if (unrepaired) {
                    repair(desired);
                }
            }
            // After the look: an address that somebody took away would come back without a word.
            held.keep();
            announcer.repeat(held.open(), current);
            if (desired != null) {
                duplicates.listen(held.openOn(opened()), desired);
            }
            if (tables.sawOlderFlows()) {
                connections.forgetLater(TrafficTable.OLDER_MARK);
            }
            return new Health(
                    DatapathFault.NONE, "", repaired, tables.leaks(), duplicates.conflicts(), newPods.packets());
        } catch (DatapathException e) {
            return new Health(e.fault(), String.valueOf(e.getMessage()), repaired, 0);
        }
    }

    private void repair(DesiredState desired) throws DatapathException {
        var failed = changeAnew(desired).results().stream()
                .filter(result -> result.fault() != DatapathFault.NONE)
                // It was not held before, and whoever asked for it was told then: the node is not broken by that.
                .filter(result -> result.fault() != DatapathFault.ADDRESS_IN_USE)
                .findFirst();
        if (failed.isPresent()) {
            throw new DatapathException(
                    failed.get().fault(),
                    failed.get().eip() + ": " + failed.get().detail());
        }
        unrepaired = false;
    }

    @Override
    public void withdraw() throws DatapathException {
        fence.lease().revoke();
        held.closeAll();
        eips.forgetAll();
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
    public List<ObservedPath> paths() {
        return probes.paths();
    }

    @Override
    public List<AddressClaim> claims() {
        return duplicates.claims();
    }

    @Override
    public void cleanup() throws DatapathException {
        removal().run();
    }

    private Cleanup removal() {
        return new Cleanup(tools, ip, ip6, device, fence, fenced, connections);
    }

    @Override
    public boolean isProgrammedByEgressGateway() throws DatapathException {
        return EgressGatewayRules.translateTo(held.open(), tools);
    }

    @Override
    public void handOver() throws DatapathException {
        removal().handOver(Optional.ofNullable(last));
    }

    @Override
    public void close() {
        connections.close();
        newPods.close();
        events.close();
        fence.close();
        Stream.of(ip, ip6, terse).forEach(ResidentTool::close);
        announcer.close();
        duplicates.close();
        probes.close();
    }

    private Parent opened() throws DatapathException {
        Parent current = parent;
        if (current == null) {
            throw new DatapathException(DatapathFault.PARENT_INTERFACE, "the datapath is not open");
        }
        return current;
    }
}
