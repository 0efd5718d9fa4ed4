package dev.baton.datapath.linux.nft;

import dev.baton.contract.IpAddress;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.nft.NftTable.Elements;
import dev.baton.datapath.linux.route.TunnelDevice;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The last check of a packet before it leaves the node: a policy's packet goes into the tunnel or carries an EIP,
 * otherwise it is dropped and counted. The table relies on nothing that {@link TrafficTable} does: when somebody
 * flushes or deletes that one, nothing leaves with a wrong source until it is repaired. A packet that is dropped here
 * leaves no entry in the connection tracking, so no wrong translation outlives the repair.
 */
public final class GuardTable {
    public static final String NAME = "baton-guard";
    static final String LEAKS = "leaks";

    private static final String LEAK = "counter name " + LEAKS + " drop";

    private GuardTable() {}

    public static NftTable of(
            DesiredState desired, SortedMap<IpAddress, List<PolicyId>> ofPods, Outside outside, PolicyChains memory) {
        var table = new PolicyTable();
        table.addresses(desired, outside);
        table.policies(desired, ofPods, "guarded-", match -> "goto wrong-source", memory);
        table.sets().put(LEAKS, new Elements("counter", "", new TreeMap<>()));
        table.chains()
                .put(
                        "leak-guard",
                        new Chain(" { type filter hook postrouting priority 200; policy accept; }", rules(outside)));
        table.chains()
                .put("input", new Chain(" { type filter hook input priority -10; policy accept; }", input(outside)));
        table.chains()
                .put(
                        "wrong-source",
                        new Chain(
                                "",
                                List.of(
                                        "ip saddr @eip4 return",
                                        "ip6 saddr @eip6 return",
                                        "meta mark @node-address return comment \"useNodeIP\"",
                                        LEAK)));
        return table.named(NAME);
    }

    /**
     * Here and not in the table that translates: if that is deleted and was the only one, the kernel stops translating
     * answers back, and the node's own TCP would refuse them and end the pods' connections.
     */
    private static List<String> input(Outside outside) {
        String fromOutside = "iifname " + outside.orAnyOf(TunnelDevice.NAME) + " ";
        return List.of(
                "ip6 daddr @eip6 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept",
                fromOutside + "ip daddr @eip4 drop comment \"an EIP is no address of this node's services\"",
                fromOutside + "ip6 daddr @eip6 drop");
    }

    private static List<String> rules(Outside outside) {
        String elsewhere = "oifname != " + outside.orAnyOf(TunnelDevice.NAME, "lo") + " ";
        // Only packets that were translated to the EIP: a service at the same address may answer.
        String translated = "ct direction original ct status snat ";
        return List.of(
                elsewhere + translated + "ip saddr @eip4 " + LEAK
                        + " comment \"an EIP leaves through the fence or not at all\"",
                elsewhere + translated + "ip6 saddr @eip6 " + LEAK,
                "oifname \"" + TunnelDevice.NAME + "\" accept",
                // Such as the end of a connection that this node forgot because of a move: normal, so not counted as a
                // leak.
                "meta mark " + TrafficTable.EIP_MARKED + " ct state invalid counter drop",
                "ct state invalid ip saddr vmap @egress-src-v4 comment \"not marked: nobody else looks at it\"",
                "ct state invalid ip6 saddr vmap @egress-src-v6",
                "ct direction reply accept",
                "ct mark " + TrafficTable.OURS + " jump wrong-source",
                "ct original ip saddr vmap @egress-src-v4 comment \"by its policies: marks may be missing\"",
                "ct original ip6 saddr vmap @egress-src-v6");
    }
}
