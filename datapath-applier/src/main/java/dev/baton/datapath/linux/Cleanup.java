package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.datapath.DatapathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Removes what Baton made and nothing else: addresses that the fence knows as EIPs, rules and routes with our protocol
 * number, the tunnel device, our tables. The fence goes last, so that no frame leaves in between.
 */
final class Cleanup {
    private final LinuxOptions options;
    private final OneShot tools;
    private final ToolChild ip;
    private final ToolChild ip6;
    private final Fence fence;

    Cleanup(LinuxOptions options, OneShot tools, ToolChild ip, ToolChild ip6, Fence fence) {
        this.options = options;
        this.tools = tools;
        this.ip = ip;
        this.ip6 = ip6;
        this.fence = fence;
    }

    void run() throws DatapathException {
        addresses();
        var none = new TreeSet<Rule>();
        var routing = new PolicyRouting(ip, ip6);
        routing.read();
        routing.removeOtherRules(none);
        routing.read();
        routing.removeOtherRoutes(java.util.Set.of());
        var link = tools.run("", "ip", "-o", "-d", "link", "show", "dev", LinuxOptions.DEVICE);
        if (link.succeeded() && link.output().contains("vxlan id " + LinuxOptions.VNI + " ")) {
            tools.require(DatapathFault.TUNNEL_DEVICE, "", "ip", "link", "del", LinuxOptions.DEVICE);
        }
        tools.require(DatapathFault.FIREWALL, Tables.deletion() + Fence.deletion(), "nft", "-f", "-");
    }

    private void addresses() throws DatapathException {
        if (!tools.run("", "nft", "-t", "list", "table", "netdev", Fence.NAME).succeeded()) {
            return; // without a fence nothing was ever held here
        }
        fence.lease().revoke();
        fence.releaseAll();
        var lines = new ArrayList<String>();
        var eips = fence.fenced();
        for (String line : tools.require(DatapathFault.ADDRESS, "", "ip", "-o", "addr", "show")
                .lines()
                .toList()) {
            List<String> words = Parent.words(line);
            Optional<String> address = Route.after(words, "inet").or(() -> Route.after(words, "inet6"));
            address.filter(text -> text.endsWith("/32") || text.endsWith("/128"))
                    .filter(text -> eips.contains(IpAddress.parse(text.substring(0, text.indexOf('/')))))
                    .ifPresent(text -> lines.add("addr del " + text + " dev " + words.get(1)));
        }
        if (!lines.isEmpty()) {
            ip.require(DatapathFault.ADDRESS, lines);
        }
    }
}
