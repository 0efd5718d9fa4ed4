package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.Mark;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.PodFlow;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.nft.TrafficForm;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The form that marks and translates by iptables. By {@code -Dlab.traffic=IPTABLES} all other tests run with it. */
@NeedsRootAndTools
class IptablesTest extends ThreeNodes {
    private static final Eip OTHER = Eip.parse("10.6.0.201+fd06::201");
    private static final Mark OTHER_MARK = Mark.FIRST_EIP.next();
    private static final List<Cidr> SEGMENT = List.of(Cidr.parse("10.6.0.0/24"), Cidr.parse("fd06::/64"));
    private static final String SNAT = "EGRESSGATEWAY-SNAT-EIP";
    private static final String WRONG = "(udp or tcp) and dst port " + EchoServer.PORT + " and not src host "
            + TestFleet.EIP4 + " and not src host " + TestFleet.EIP6;

    @Override
    TrafficForm traffic() {
        return TrafficForm.IPTABLES;
    }

    private String shell(int n, String script) {
        return lab.in("n" + n, "sh", "-ec", script);
    }

    /** All that a node has of this form, without counters. */
    private String standing(int n) {
        return shell(
                        n,
                        "for t in mangle nat; do iptables-save -t $t; ip6tables-save -t $t; done;"
                                + " iptables-legacy-save; ipset save | sort")
                .lines()
                .filter(line -> line.contains("EGRESSGATEWAY")
                        || line.contains("egw:")
                        || line.contains("egress-")
                        || line.contains("baton"))
                .map(line -> line.replaceFirst("initval \\S+", "").replaceFirst("\\[.*]", ""))
                .collect(Collectors.joining("\n"));
    }

    private void allLeaveWith(Eip eip) {
        for (int n = 1; n <= NODES; n++) {
            assertEquals(eip.ipv4().map(Object::toString), sourceSeen(lab, "p" + n, SERVER4), "p" + n);
            assertEquals(eip.ipv6().map(Object::toString), sourceSeen(lab, "p" + n, SERVER6), "p" + n);
        }
    }

    private void repairs(int n) {
        Lab.eventually(WITHIN, "n" + n + " repairs iptables", () -> {
            var health = datapath(n).check();
            assertEquals(DatapathFault.NONE, health.fault(), health.toString());
            return health.repaired().contains("iptables rules");
        });
    }

    private void nextAgent(int n, TrafficForm form) throws Exception {
        var options = options(n);
        nextAgent(n, new LinuxOptions(options.parent(), options.namespace(), options.fence(), form))
                .open(Set.of(TestFleet.EIP));
        applied(n);
    }

    @Test
    void whateverSomebodyDoesToItIsMendedAndNothingLeavesWithAnotherSourceMeanwhile() throws Exception {
        allLeaveWith(TestFleet.EIP);
        var looked = standing(2);
        var source = looked.replaceFirst("(?s).*create (egress-src-v4-\\S+).*", "$1");
        var wrong = new Capture(lab, WRONG);
        for (String harm : List.of(
                "iptables -t nat -F " + SNAT + "; ip6tables -t nat -D POSTROUTING 1; ipset del " + source
                        + " 10.244.1.10",
                "iptables -t mangle -F; ip6tables -t mangle -I PREROUTING -j ACCEPT",
                "iptables-save -t nat | sed 's/to-source 10.6.0.200/to-source 10.6.0.77/' | iptables-restore")) {
            looked(2);
            shell(2, harm);
            sourceSeen(lab, "p1", SERVER4);
            sourceSeen(lab, "p2", SERVER4);
            sourceSeen(lab, "p2", SERVER6);
            repairs(2);
            assertEquals(looked, standing(2), "after: " + harm);
        }
        shell(2, "ip6tables -t mangle -D PREROUTING -j ACCEPT"); // somebody's own, which stood first
        allLeaveWith(TestFleet.EIP);
        onlyTheHolderTranslatesWhileTheNftTableIsGone();
        assertEquals(List.of(), wrong.frames());
    }

    /**
     * Connections of its own pods go on by the marks of iptables. New ones wait: what another node would send
     * translated
     * is stopped, as is what nothing would lead back, and no trace of it is left.
     */
    private void onlyTheHolderTranslatesWhileTheNftTableIsGone() throws Exception {
        try (var before = new PodFlow(lab, 2, SERVER4);
                var remote = new PodFlow(lab, 1, SERVER4);
                var local = new PodFlow(lab, 2, SERVER6)) {
            becomes(before, TestFleet.EIP4);
            for (int n : List.of(1, 2)) {
                shell(n, "nft delete table inet baton");
            }
            assertEquals(Optional.of(TestFleet.EIP4), before.ask());
            assertEquals(Optional.empty(), remote.ask());
            assertEquals(Optional.empty(), local.ask());
            for (int n : List.of(1, 2)) {
                assertEquals(List.of("traffic table"), datapath(n).check().repaired());
            }
            assertEquals(Optional.of(TestFleet.EIP4), before.ask());
            assertEquals(Optional.of(TestFleet.EIP4), remote.ask());
            assertEquals(Optional.of(TestFleet.EIP6), local.ask());
        }
    }

    /** The rules' whole text is known by the first look behind a change, which comes within about a second. */
    private void looked(int n) {
        long begin = System.nanoTime();
        Lab.eventually(WITHIN, "a look", () -> {
            assertEquals(List.of(), datapath(n).check().repaired());
            return System.nanoTime() - begin > 1_300_000_000;
        });
    }

    /**
     * The marks of nft and the translation of iptables cannot change at one instant, so one of them may know a policy
     * that the other does not.
     */
    @Test
    void aPacketLeavesWithTheEipOfItsMarkOrNotAtAllAndOlderFlowsFollow() throws Exception {
        fleet.assign(OTHER, OTHER_MARK, AssignmentStep.HELD, 2, Optional.empty());
        appliedEverywhere();
        try (var remote = new PodFlow(lab, 1, SERVER4);
                var local = new PodFlow(lab, 2, SERVER6)) {
            becomes(remote, TestFleet.EIP4);
            becomes(local, TestFleet.EIP6);
            var wrong = new Capture(lab, WRONG);
            shell(2, "iptables -t nat -I " + SNAT + " -j SNAT --to-source 10.6.0.201");
            shell(2, "ip6tables -t nat -I " + SNAT + " -j SNAT --to-source fd06::201");
            for (int n = 1; n <= 2; n++) {
                assertEquals(Optional.empty(), sourceSeen(lab, "p" + n, SERVER4));
                assertEquals(Optional.empty(), sourceSeen(lab, "p" + n, SERVER6));
            }
            repairs(2);
            allLeaveWith(TestFleet.EIP);
            assertEquals(List.of(), wrong.frames());

            var pods = new Capture(lab, "src net 10.244.0.0/16 or src net fd44::/16");
            fleet.policy(OTHER, SEGMENT);
            // The change finds less than was made before.
            shell(2, "iptables -t mangle -F; iptables -t nat -F " + SNAT);
            shell(2, "ipset destroy $(ipset list -n | grep egress-dst-v4)");
            appliedEverywhere();
            becomes(remote, "10.6.0.201");
            becomes(local, "fd06::201");
            fleet.policyRemoved();
            appliedEverywhere();
            becomes(remote, "10.6.0.1");
            becomes(local, "fd06::2");
            assertEquals(List.of(), pods.frames());
        }
        shell(2, "iptables -t nat -I " + SNAT + " -s 10.244.2.10 -j SNAT --to-source " + TestFleet.EIP4);
        shell(2, "ip6tables -t nat -I " + SNAT + " -s fd44:2::10 -j SNAT --to-source " + TestFleet.EIP6);
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", SERVER4));
        assertEquals(Optional.empty(), sourceSeen(lab, "p2", SERVER6));
    }

    /** What the cluster itself answers: iptables marks it, since it cannot know. */
    @Test
    void aServiceOfPodsIsNoEgressAndOneWhoseServersAreOutsideIs() throws Exception {
        fleet.policy(TestFleet.EIP, List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")));
        appliedEverywhere();
        try (var pod = new EchoServer(lab, "p3", "10.244.3.10", "fd44:3::10")) {
            for (int n = 1; n <= 2; n++) {
                shell(n, "ip route replace 10.244.3.0/24 via 10.6.0.3");
                shell(3, "ip route replace 10.244." + n + ".0/24 via 10.6.0." + n);
                // As kube-proxy: it adds to the mark what its own rule masquerades later.
                shell(n, "iptables -t nat -A PREROUTING -d 203.0.113.9 -j MARK --or-mark 0x4000");
                shell(n, "iptables -t nat -A PREROUTING -d 203.0.113.9 -j DNAT --to 10.244.3.10");
                shell(n, "iptables -t nat -A PREROUTING -d 203.0.113.10 -j DNAT --to " + SERVER4);
                shell(n, "iptables -t mangle -N SEEN; iptables -t mangle -A FORWARD -m mark --mark 0x4000 -j SEEN");
                assertEquals(Optional.of("10.244." + n + ".10"), sourceSeen(lab, "p" + n, "203.0.113.9"));
                assertEquals(Optional.of("10.244." + n + ".10"), sourceSeen(lab, "p" + n, "10.244.3.10"));
                assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p" + n, "203.0.113.10"));
                assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p" + n, SERVER4));
                assertTrue(shell(n, "iptables -t mangle -nvxL FORWARD").contains(" 1 "), "marked as kube-proxy did");
            }
        }
    }

    @Test
    void aMoveChangesNoRuleAndANodeThatChangesTheFormKeepsItsConnectionsAndNothingOfTheOther() throws Exception {
        var connections = connectionsOfAllPods();
        askAll(connections);
        String before = standing(2) + standing(3);
        assertTrue(before.contains(SNAT));
        move(2, 3);
        assertEquals(before, standing(2) + standing(3));
        var wrong = new Capture(lab, WRONG);
        for (TrafficForm form : List.of(TrafficForm.NFT, TrafficForm.IPTABLES)) {
            for (int n : List.of(1, 3)) { // a source and the holder
                nextAgent(n, form);
                boolean nft =
                        lab.in("n" + n, "nft", "list", "table", "inet", "baton").contains("map snat4");
                assertEquals(form == TrafficForm.NFT, nft);
                assertEquals(form == TrafficForm.NFT, standing(n).isEmpty(), standing(n));
            }
            askAll(connections);
            allLeaveWith(TestFleet.EIP);
        }
        assertEquals(List.of(), wrong.frames());
        cleaningUpTakesAllOfItAndNothingOfEgressGateways();
    }

    /** Of the same names; it is told apart by a set of Baton's. */
    private void cleaningUpTakesAllOfItAndNothingOfEgressGateways() throws Exception {
        datapath(2).close();
        try (var next = new LinuxDatapath(options(2))) {
            next.cleanup();
        }
        assertEquals("", standing(2));
        assertTrue(shell(2, "iptables-save -t nat").contains("-j MASQUERADE"), "the CNI's own");

        shell(2, "iptables -t nat -N " + SNAT + "; ipset create egress-src-v4-0123456789abcdef0 hash:net");
        String theirs = standing(2);
        assertFalse(theirs.isEmpty());
        try (var next = new LinuxDatapath(options(2))) {
            next.cleanup();
        }
        assertEquals(theirs, standing(2));
    }
}
