package dev.baton.datapath.linux.iptables;

import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.Mark;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Precedence;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.EipRoute;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.linux.iptables.HashedRules.Rule;
import dev.baton.datapath.linux.nft.TrafficTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What iptables and ipset should hold, as a pure function of the desired state. It is the same on every node and does
 * not depend on who holds which EIP: a move does not touch it.
 *
 * @param sets by name
 * @param chains of each family that is programmed
 */
record PolicyRules(SortedMap<String, IpSet> sets, SortedMap<IpFamily, Chains> chains) {
    /** Of packets of a policy that has no EIP yet: no route and no translation belongs to it. */
    private static final String NO_EIP = "0x26ffffff";

    /** Stand first in the kernel's own chains. */
    static final HashedRules PREROUTING = HashedRules.of(
            "PREROUTING",
            List.of(
                    new Rule("Checking for EgressPolicy matched traffic", "", TrafficTable.MARK_REQUEST),
                    new Rule(
                            "EgressGateway traffic accept datapath rule",
                            "-m mark --mark 0x26000000/0xff000000",
                            "ACCEPT")));

    static final HashedRules POSTROUTING = HashedRules.of(
            "POSTROUTING",
            List.of(
                    new Rule("SNAT for egress traffic", "", TrafficTable.SNAT_EIP),
                    new Rule(
                            "Accept for egress traffic from pod going to EgressTunnel",
                            "-m mark --mark 0x26000000/0xffffffff",
                            "ACCEPT")));

    /**
     * The chains of Baton's own in one family.
     *
     * @param mark in table mangle; of the rules that match a packet, the last one counts
     * @param translate in table nat; of the rules that match a packet, the first one counts
     */
    record Chains(HashedRules mark, HashedRules translate) {}

    PolicyRules {
        sets = Collections.unmodifiableSortedMap(new TreeMap<>(sets));
        chains = Collections.unmodifiableSortedMap(new TreeMap<>(chains));
    }

    static PolicyRules of(DesiredState desired, Collection<IpFamily> families) {
        var sets = new TreeMap<String, IpSet>();
        var chains = new TreeMap<IpFamily, Chains>();
        Map<PolicyId, String> names = SetNames.of(desired.policies().keySet());
        List<PolicyId> inOrder = desired.policies().entrySet().stream()
                .map(entry -> new Precedence(entry.getValue().priority(), entry.getKey()))
                .sorted()
                .map(Precedence::policy)
                .toList();
        for (IpFamily family : families) {
            var inside = desired.clusterCidrs().stream()
                    .filter(cidr -> cidr.family() == family)
                    .toList();
            sets.put(SetNames.cluster(family), IpSet.ofNetworks(family, inside, List.of()));
            var marking = new ArrayList<Rule>();
            var translating = new ArrayList<Rule>();
            for (PolicyId id : inOrder) {
                PolicyMatch match =
                        Optional.ofNullable(desired.policies().get(id)).orElseThrow();
                if (isAbout(match, family)) {
                    String name = Optional.ofNullable(names.get(id)).orElseThrow();
                    String packets = packets(match, family, name, inside, sets);
                    Optional<EipRoute> route = match.eip().map(desired.eips()::get);
                    marking.addFirst(marking(id, packets, route));
                    if (route.isPresent()) {
                        translating.add(translating(id, packets, match.eip().orElseThrow(), family));
                    }
                }
            }
            chains.put(
                    family,
                    new Chains(
                            HashedRules.of(TrafficTable.MARK_REQUEST, marking),
                            HashedRules.of(TrafficTable.SNAT_EIP, translating)));
        }
        return new PolicyRules(sets, chains);
    }

    /** Whether it has destinations in this family, and its EIP an address. */
    private static boolean isAbout(PolicyMatch match, IpFamily family) {
        boolean carries = match.eip()
                .filter(eip -> !eip.isNodeAddress()
                        && eip.addresses().stream().noneMatch(address -> address.family() == family))
                .isEmpty();
        return carries
                && (match.destinations().isEmpty()
                        || match.destinations().stream().anyMatch(cidr -> cidr.family() == family));
    }

    /** Makes the policy's sets, and says by them which packets are its. */
    private static String packets(
            PolicyMatch match, IpFamily family, String name, List<Cidr> inside, SortedMap<String, IpSet> sets) {
        String source = SetNames.sources(family, name);
        sets.put(source, IpSet.ofAddresses(family, match.sources().stream()));
        String to;
        if (match.destinations().isEmpty()) {
            to = "! --match-set " + SetNames.cluster(family) + " dst";
        } else {
            String destination = SetNames.destinations(family, name);
            sets.put(destination, destinations(match, family, inside));
            to = "--match-set " + destination + " dst";
        }
        return "-m set --match-set " + source + " src -m set " + to + " -m conntrack --ctdir ORIGINAL";
    }

    /**
     * What is inside the cluster is no egress, also if it lies in a larger network that the policy names; it is if the
     * policy names it, or a part of it, alone.
     */
    private static IpSet destinations(PolicyMatch match, IpFamily family, List<Cidr> inside) {
        var networks = match.destinations().stream()
                .filter(cidr -> cidr.family() == family)
                .toList();
        var named = networks.stream()
                .filter(cidr -> inside.stream().anyMatch(of -> of.contains(cidr)))
                .toList();
        var without = inside.stream()
                .filter(cidr -> named.stream().noneMatch(of -> of.contains(cidr)))
                .filter(cidr -> networks.stream().anyMatch(of -> of.contains(cidr)))
                .toList();
        return IpSet.ofNetworks(family, networks, without);
    }

    private static Rule marking(PolicyId id, String packets, Optional<EipRoute> route) {
        String mark = route.map(EipRoute::mark).map(PolicyRules::hex).orElse(NO_EIP);
        return new Rule(
                "Set mark for EgressPolicy " + SetNames.key(id), packets, "MARK --set-mark " + mark + "/0xffffffff");
    }

    private static String hex(Mark mark) {
        return "0x" + Integer.toHexString(mark.value()).toLowerCase(Locale.ROOT);
    }

    private static Rule translating(PolicyId id, String packets, Eip eip, IpFamily family) {
        String target = (family == IpFamily.V4 ? eip.ipv4() : eip.ipv6())
                .map(IpAddress::toString)
                .map(address -> "SNAT --to-source " + address)
                .orElse("MASQUERADE");
        return new Rule("snat policy " + SetNames.key(id), packets, target);
    }
}
