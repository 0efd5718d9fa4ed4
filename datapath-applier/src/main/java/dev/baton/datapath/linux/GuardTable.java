package dev.baton.datapath.linux;

import static dev.baton.datapath.linux.LinuxOptions.DEVICE;

import dev.baton.contract.IpAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.NftTable.Chain;
import dev.baton.datapath.linux.NftTable.Elements;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The last look at a packet before it leaves: a policy's packets go into the tunnel or carry an EIP, else they are
 * dropped and counted. A table of its own, which relies on nothing that {@link TrafficTable} does: when somebody
 * flushes or deletes that one, nothing leaves with a wrong source until it is repaired. What is dropped here never
 * becomes an entry of the connection tracking, so no wrong translation outlives the repair.
 */
final class GuardTable {
    static final String NAME = "baton-guard";
    static final String LEAKS = "leaks";

    private static final String LEAK = "counter name " + LEAKS + " drop";

    private GuardTable() {}

    static NftTable of(
            DesiredState desired,
            SortedMap<IpAddress, List<PolicyId>> ofPods,
            ParentInterface parent,
            PolicyChains memory) {
        var table = new PolicyTable();
        table.addresses(desired, parent);
        table.policies(desired, ofPods, "guarded-", match -> "goto wrong-source", memory);
        table.sets().put(LEAKS, new Elements("counter", "", new TreeMap<>()));
        table.chains()
                .put(
                        "leak-guard",
                        new Chain(
                                " { type filter hook postrouting priority 200; policy accept; }",
                                rules(LinuxOptions.requireInterface(parent.name()))));
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

    private static List<String> rules(String parent) {
        String elsewhere = "oifname != { \"" + DEVICE + "\", \"lo\", \"" + parent + "\" } ";
        // Only what was translated to the EIP: an answer of a service at the same address is none of ours to stop.
        String translated = "ct direction original ct status snat ";
        return List.of(
                elsewhere + translated + "ip saddr @eip4 " + LEAK
                        + " comment \"an EIP leaves through the fence or not at all\"",
                elsewhere + translated + "ip6 saddr @eip6 " + LEAK,
                "oifname \"" + DEVICE + "\" accept",
                // Such as the end of a connection that a move made this node forget: usual, so not counted as a leak.
                "meta mark " + TrafficTable.EIP_MARKED + " ct state invalid counter drop",
                "ct state invalid ip saddr vmap @egress-src-v4 comment \"not marked: nobody else looks at it\"",
                "ct state invalid ip6 saddr vmap @egress-src-v6",
                "ct direction reply accept",
                "ct mark " + TrafficTable.OURS + " jump wrong-source",
                // Only before that could one see whether it was sent to this node itself, which is no egress.
                "ct status dnat accept comment \"redirected by a service: guarded only if it was marked\"",
                "ct original ip saddr vmap @egress-src-v4 comment \"by its policies: marks may be missing\"",
                "ct original ip6 saddr vmap @egress-src-v6");
    }
}
