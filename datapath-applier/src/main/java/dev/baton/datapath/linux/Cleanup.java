package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.conntrack.Connections;
import dev.baton.datapath.linux.fence.Fence;
import dev.baton.datapath.linux.fence.FenceTables;
import dev.baton.datapath.linux.fence.FencedInterfaces;
import dev.baton.datapath.linux.iptables.Leftovers;
import dev.baton.datapath.linux.nft.NewPods;
import dev.baton.datapath.linux.nft.NftFamily;
import dev.baton.datapath.linux.nft.NftTable;
import dev.baton.datapath.linux.nft.TablePair;
import dev.baton.datapath.linux.nft.TrafficTable;
import dev.baton.datapath.linux.route.PolicyRouting;
import dev.baton.datapath.linux.route.TunnelDevice;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes everything that Baton made on the node and nothing else: addresses that the fence knows as EIPs, rules and
 * routes with Baton's protocol number, the tunnel device, the tables, iptables' chains and sets. The fence goes last,
 * when nothing has an EIP any more that it would stop.
 */
final class Cleanup {
    private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

    private final RunTool tools;
    private final ResidentTool ip;
    private final ResidentTool ip6;
    private final TunnelDevice device;
    private final Fence fence;
    private final FencedInterfaces fenced;
    private final Connections connections;

    Cleanup(
            RunTool tools,
            ResidentTool ip,
            ResidentTool ip6,
            TunnelDevice device,
            Fence fence,
            FencedInterfaces fenced,
            Connections connections) {
        this.tools = tools;
        this.ip = ip;
        this.ip6 = ip6;
        this.device = device;
        this.fence = fence;
        this.fenced = fenced;
        this.connections = connections;
    }

    void run() throws DatapathException {
        SortedSet<IpAddress> eips = addresses();
        var routing = new PolicyRouting(ip, ip6);
        routing.read();
        routing.removeOtherRules(new TreeSet<>());
        routing.read();
        routing.removeOtherRoutes(Set.of());
        device.delete();
        Leftovers.end(tools);
        tools.require(DatapathFault.FIREWALL, NewPods.deletion() + TablePair.deletion(), "nft", "-f", "-");
        // While other programs' rules translate as well, the kernel goes on with connections that have an EIP.
        connections.forget(eips, List.of());
        fenced.dropWaiting();
        tools.require(DatapathFault.FIREWALL, FenceTables.deletion(tools), "nft", "-f", "-");
    }

    /**
     * Leaves what EgressGateway's agent goes on with. The tables go first: from then on its rules count, which are
     * there already, and nothing stops an EIP's packets in between. They would send replies of connections that have
     * Baton's marks to wrong nodes, so a small table looks after those until the marks are EgressGateway's.
     */
    void handOver(Optional<DesiredState> last) throws DatapathException {
        fence.use(FenceTables.standing(tools));
        SortedSet<IpAddress> eips = fence.known();
        Optional<NftTable> meanwhile = last.map(TrafficTable::handingOver);
        tools.require(
                DatapathFault.FIREWALL,
                TablePair.deletion() + meanwhile.map(NftTable::creation).orElse("") + FenceTables.deletion(tools),
                "nft",
                "-f",
                "-");
        int marked = connections.mark(connection -> TrafficTable.handedOver(connection.mark()));
        if (meanwhile.isPresent()) {
            tools.require(DatapathFault.FIREWALL, meanwhile.get().deletion(), "nft", "-f", "-");
        }
        remove(eips);
        var routing = new PolicyRouting(ip, ip6);
        routing.read();
        routing.keepPeersAlone();
        log.info("event=node_handed_over eip_addresses={} connections={}", eips.size(), marked);
    }

    /** @return those that the fence knows */
    private SortedSet<IpAddress> addresses() throws DatapathException {
        List<NftFamily> standing = FenceTables.standing(tools);
        if (standing.isEmpty()) {
            return new TreeSet<>(); // without a fence, no EIP was ever held here
        }
        fence.use(standing); // of whichever form, or of both
        fence.lease().revoke();
        fence.releaseAll();
        SortedSet<IpAddress> eips = fence.known();
        remove(eips);
        return eips;
    }

    /** From whichever interface they are on. */
    private void remove(SortedSet<IpAddress> eips) throws DatapathException {
        var lines = new ArrayList<String>();
        for (String line : tools.require(DatapathFault.ADDRESS, "", "ip", "-o", "addr", "show")
                .lines()
                .toList()) {
            List<String> words = Words.of(line);
            Optional<String> address = Words.after(words, "inet").or(() -> Words.after(words, "inet6"));
            address.filter(text -> text.endsWith("/32") || text.endsWith("/128"))
                    .filter(text -> eips.contains(IpAddress.parse(text.substring(0, text.indexOf('/')))))
                    .ifPresent(text -> lines.add("addr del " + text + " dev " + words.get(1)));
        }
        if (!lines.isEmpty()) {
            ip.require(DatapathFault.ADDRESS, lines);
        }
    }
}
