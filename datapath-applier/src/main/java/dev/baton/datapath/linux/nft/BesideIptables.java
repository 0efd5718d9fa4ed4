package dev.baton.datapath.linux.nft;

import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.Mark;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.nft.NftTable.Elements;
import dev.baton.datapath.linux.route.TunnelDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * In what the two nft tables differ when iptables marks and translates.
 *
 * <p>iptables marks a packet before the cluster translates its services, for it has no chain between that and routing.
 * So its mark is taken off again just before, and {@link TrafficTable} gives it anew just behind, by where the packet
 * really goes: for all packets that no service redirects it is the same one. If somebody deletes that table, the marks
 * of iptables stay, and a holder's own pods' connections go on; new ones wait for the repair.
 *
 * <p>What iptables translates is not translated here. Its chains and sets do not change in one transaction with the
 * marks, so {@link GuardTable} compares: a packet leaves with the very EIP of its mark, or not at all, and one without
 * such a mark never begins a connection with an EIP. A packet that is dropped there leaves no tracked connection.
 */
final class BesideIptables {
    private static final String TRANSLATED = "translated";
    private static final String INTO_TUNNEL = "oifname \"" + TunnelDevice.NAME + "\" ct direction original ";
    private static final String OUT = "oifname != \"" + TunnelDevice.NAME + "\" ct direction original ";
    private static final String NOT_MARKED = "meta mark & 0xfff00000 != 0x26100000 ";

    private BesideIptables() {}

    static NftTable traffic(NftTable table) {
        var sets = new TreeMap<>(table.sets());
        sets.remove("snat4");
        sets.remove("snat6");
        var chains = new TreeMap<>(table.chains());
        chains.remove(TrafficTable.SNAT_EIP);
        chains.computeIfPresent(
                "nat",
                (name, chain) -> new Chain(
                        chain.hook(),
                        chain.rules().stream()
                                .filter(rule -> !rule.endsWith("jump " + TrafficTable.SNAT_EIP))
                                .toList()));
        chains.put(
                "before-services",
                new Chain(
                        // Behind iptables' mangle (-150), before services are translated (-100): what kube-proxy then
                        // adds to the mark is left alone.
                        " { type filter hook prerouting priority -149; policy accept; }",
                        List.of("meta mark " + TrafficTable.OURS
                                + " meta mark set 0 comment \"given anew behind the services\"")));
        return new NftTable(table.family(), table.name(), sets, chains);
    }

    static NftTable guard(NftTable table, DesiredState desired) {
        var sets = new TreeMap<>(table.sets());
        sets.put("translated-v4", translated(desired, Eip::ipv4, "ipv4_addr"));
        sets.put("translated-v6", translated(desired, Eip::ipv6, "ipv6_addr"));
        var chains = new TreeMap<>(table.chains());
        chains.put(
                TRANSLATED,
                new Chain(
                        "",
                        List.of(
                                "ct mark & 0xff000000 != 0x26000000 counter drop comment \"begun without the nft"
                                        + " table: its answers would not find back\"",
                                "meta mark @node-address return comment \"useNodeIP\"",
                                "meta mark . ip saddr @translated-v4 return",
                                "meta mark . ip6 saddr @translated-v6 return",
                                "counter drop comment \"not, or not yet, the EIP of its mark\"")));
        chains.computeIfPresent("leak-guard", (name, chain) -> {
            var rules = new ArrayList<>(first());
            rules.addAll(chain.rules());
            return new Chain(chain.hook(), rules);
        });
        return new NftTable(table.family(), table.name(), sets, chains);
    }

    private static List<String> first() {
        String begun = "ct state new ct status snat ";
        return List.of(
                INTO_TUNNEL + "ct status snat ip saddr @eip4 counter drop comment \"only the holder translates\"",
                INTO_TUNNEL + "ct status snat ip6 saddr @eip6 counter drop",
                OUT + "meta mark " + TrafficTable.EIP_MARKED + " jump " + TRANSLATED,
                OUT + begun + NOT_MARKED + "ip saddr @eip4 counter drop comment \"no policy, or none any more\"",
                OUT + begun + NOT_MARKED + "ip6 saddr @eip6 counter drop");
    }

    private static Elements translated(DesiredState desired, Function<Eip, Optional<IpAddress>> part, String type) {
        var entries = new TreeMap<String, String>();
        desired.eips()
                .forEach((eip, route) ->
                        part.apply(eip).ifPresent(address -> entries.put(pair(route.mark(), address), "")));
        return new Elements("set", "type mark . " + type + ";", entries);
    }

    private static String pair(Mark mark, IpAddress address) {
        return mark + " . " + address;
    }
}
