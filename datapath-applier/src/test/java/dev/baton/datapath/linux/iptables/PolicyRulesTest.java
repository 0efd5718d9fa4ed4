package dev.baton.datapath.linux.iptables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.IpFamily;
import dev.baton.contract.Mark;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.iptables.HashedRules.Rule;
import dev.baton.datapath.linux.nft.TrafficTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What iptables and ipset are given, for a fleet of three nodes. Needs neither root nor tools. */
class PolicyRulesTest {
    private static final List<Cidr> NOWHERE_SPECIAL = List.of();

    private final TestFleet fleet = new TestFleet(3);

    @BeforeEach
    void theSecondHolds() {
        fleet.assign(AssignmentStep.HELD, 2, Optional.empty());
    }

    private PolicyRules rules() {
        return PolicyRules.of(fleet.desired(1), List.of(IpFamily.values()));
    }

    private void policy(String name, Optional<Eip> eip, List<Cidr> destinations, long priority) {
        fleet.another(PolicyId.parse(name), eip, destinations, priority, "p9", "10.244.1.9");
    }

    /** The comments of the rules, which name the policies, in their order. */
    private static List<String> policies(HashedRules rules) {
        return rules.rules().stream()
                .map(rule -> rule.replaceFirst(".*(?:EgressPolicy|snat policy) ([a-z-]+)\".*", "$1"))
                .toList();
    }

    private static PolicyRules.Chains of(PolicyRules rules, IpFamily family) {
        return Optional.ofNullable(rules.chains().get(family)).orElseThrow();
    }

    /** With the document's own values, its hashes come out: they depend on every word of a rule. */
    @Test
    void hashesAreThoseOfEgressGatewaysDocument() {
        assertEquals(List.of("Lh98b3mb9WlZrgw7", "4vaggeYl6c-Gn0Yv"), PolicyRules.PREROUTING.hashes());
        assertEquals(List.of("x1tdBi75jif7GCxh", "lefvkAAcigCbsdOb"), PolicyRules.POSTROUTING.hashes());
        String packets = "-m set --match-set egress-src-v4-738bb014438bdbfe7 src -m set --match-set"
                + " egress-dst-v4-738bb014438bdbfe7 dst -m conntrack --ctdir ORIGINAL";
        assertEquals(
                List.of("c2Rxsf_p-hXQYsiG"),
                HashedRules.of(
                                TrafficTable.MARK_REQUEST,
                                List.of(new Rule(
                                        "Set mark for EgressPolicy default-test",
                                        packets,
                                        "MARK --set-mark 0x26b7b4e4/0xffffffff")))
                        .hashes());
        assertEquals(
                List.of("Jv9_F-2cYSllqljc"),
                HashedRules.of(
                                TrafficTable.SNAT_EIP,
                                List.of(new Rule(
                                        "snat policy default-test", packets, "SNAT --to-source 172.16.25.189")))
                        .hashes());
    }

    @Test
    void aMoveTouchesNoRuleAndNoSet() {
        PolicyRules before = rules();
        fleet.assign(AssignmentStep.RELEASE, 2, Optional.of(3));
        assertEquals(before, rules());
        fleet.assign(AssignmentStep.ACQUIRE, 3, Optional.empty());
        assertEquals(before, rules());
    }

    /** The last mark counts, the first translation does. */
    @Test
    void thePolicyThatCountsFirstMarksLastAndTranslatesFirst() {
        policy("team/high", Optional.of(TestFleet.EIP), NOWHERE_SPECIAL, 9);
        policy("team/low", Optional.of(TestFleet.EIP), NOWHERE_SPECIAL, -1);
        PolicyRules.Chains chains = of(rules(), IpFamily.V4);
        assertEquals(List.of("team-low", "default-web", "team-high"), policies(chains.mark()));
        assertEquals(List.of("team-high", "default-web", "team-low"), policies(chains.translate()));
    }

    @Test
    void aPolicyWithoutAnEipMarksForNoWayAndTranslatesNothing() {
        policy("team/waits", Optional.empty(), NOWHERE_SPECIAL, 9);
        PolicyRules.Chains chains = of(rules(), IpFamily.V6);
        assertTrue(chains.mark().rules().getLast().endsWith("--jump MARK --set-mark 0x26ffffff/0xffffffff"));
        assertEquals(List.of("default-web"), policies(chains.translate()));
    }

    @Test
    void aPolicyHasRulesInTheFamiliesOfItsEipAndOfItsDestinations() {
        var ipv4 = Eip.parse("10.6.0.201");
        fleet.assign(ipv4, Mark.FIRST_EIP.next(), AssignmentStep.HELD, 2, Optional.empty());
        policy("team/eip", Optional.of(ipv4), NOWHERE_SPECIAL, 9);
        policy("team/network", Optional.of(TestFleet.EIP), List.of(Cidr.parse("fd00::/8")), 9);
        assertEquals(
                List.of("default-web", "team-eip"),
                policies(of(rules(), IpFamily.V4).mark()));
        assertEquals(
                List.of("default-web", "team-network"),
                policies(of(rules(), IpFamily.V6).mark()));
    }

    /** Else one's pods would leave by the other's rules. */
    @Test
    void policiesWhoseNamesReadAlikeShareNoSet() {
        var one = PolicyId.parse("a-b/c");
        var other = PolicyId.parse("a/b-c");
        var cluster = PolicyId.parse("a-b-c");
        Map<PolicyId, String> names = SetNames.of(List.of(one, other, cluster, PolicyId.parse("default/test")));
        assertEquals(4, names.values().stream().distinct().count());
        assertEquals(
                "egress-src-v4-738bb014438bdbfe7",
                SetNames.sources(
                        IpFamily.V4,
                        Optional.ofNullable(names.get(PolicyId.parse("default/test")))
                                .orElseThrow()));
    }

    @Test
    void whatIsInsideTheClusterIsTakenOutOfALargerNetworkAndStaysWhereItIsNamed() {
        fleet.clusterCidrs(List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/12")));
        policy(
                "default/test",
                Optional.of(TestFleet.EIP),
                List.of(
                        Cidr.parse("0.0.0.0/0"),
                        Cidr.parse("10.96.0.0/12"),
                        Cidr.parse("10.244.7.0/24"),
                        Cidr.parse("192.0.2.1/32")),
                0);
        assertEquals(
                new TreeSet<>(List.of(
                        "0.0.0.0/1",
                        "10.244.0.0/16 nomatch",
                        "10.244.7.0/24",
                        "10.96.0.0/12",
                        "128.0.0.0/1",
                        "192.0.2.1")),
                Optional.ofNullable(rules().sets().get("egress-dst-v4-738bb014438bdbfe7"))
                        .orElseThrow()
                        .members());
    }
}
