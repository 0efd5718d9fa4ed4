package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AddressClaim;
import dev.baton.contract.AssignmentStep;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Eip;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.datapath.ApplyReport.Result;
import dev.baton.datapath.lab.Capture;
import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.netlink.PacketSocket;
import dev.baton.datapath.linux.route.Announcement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A machine that is not of the fleet, {@code ext}, has an EIP's address beside the one that it answers clients with.
 */
@NeedsRootAndTools
class ForeignOwnerTest extends ThreeNodes {
    private static final Eip SECOND = Eip.parse("10.6.0.201+fd06::201");
    private static final Eip THIRD = Eip.parse("10.6.0.202+fd06::202");
    private static final Mark SECOND_MARK = Mark.FIRST_EIP.next();
    private static final Mark THIRD_MARK = SECOND_MARK.next();

    /** The least of so many is told; {@code -Drounds} for better figures. */
    private static final int ROUNDS = Integer.getInteger("rounds", 3);

    private int last;

    private void has(String machine, String address) {
        lab.in(machine, "ip", "addr", "add", address, "dev", "eth0");
    }

    private MacAddress macOf(String machine) {
        return new MacAddress(
                lab.in(machine, "cat", "/sys/class/net/eth0/address").strip());
    }

    private List<Result> failOver(int to, Map<Eip, Mark> eips) throws Exception {
        eips.forEach((eip, mark) -> fleet.failOver(eip, mark, to));
        return datapath(to).apply(fleet.desired(to)).results();
    }

    private static Result of(List<Result> results, Eip eip) {
        return results.stream()
                .filter(result -> result.eip().equals(eip))
                .findFirst()
                .orElseThrow();
    }

    private static void isTaken(List<Result> results, Eip eip) {
        assertEquals(DatapathFault.NONE, of(results, eip).fault(), results.toString());
    }

    private void isTheirs(List<Result> results, Eip eip) {
        assertEquals(DatapathFault.ADDRESS_IN_USE, of(results, eip).fault(), results.toString());
        assertEquals(Optional.of(macOf("ext")), of(results, eip).owner());
    }

    private String addresses(int n) {
        return lab.in("n" + n, "ip", "addr", "show", "dev", "eth0");
    }

    /** As a machine does that has just configured the address. */
    private void announces(String machine, String address) throws Exception {
        int index = Integer.parseInt(
                lab.in(machine, "cat", "/sys/class/net/eth0/ifindex").strip());
        try (var socket = PacketSocket.open(Optional.of(lab.namespace(machine)))) {
            for (byte[] frame : Announcement.frames(IpAddress.parse(address), macOf(machine))) {
                assertTrue(socket.send(index, frame));
            }
        }
    }

    @Test
    void whatAnotherMachineHasIsNotTakenAndTheRestIs() throws Exception {
        has("ext", "10.6.0.201/32");
        has("ext", "fd06::202/128");
        datapath(2).lease().revoke(); // it is lost
        var theirs = new EchoServer(lab, "ext", "10.6.0.201", "fd06::202");
        var capture = new Capture(lab, "arp[6:2]=2 or icmp6");

        var results = failOver(3, Map.of(TestFleet.EIP, Mark.FIRST_EIP, SECOND, SECOND_MARK, THIRD, THIRD_MARK));

        isTaken(results, TestFleet.EIP);
        isTheirs(results, SECOND);
        isTheirs(results, THIRD);
        assertTrue(addresses(3).contains("10.6.0.200/32"));
        for (String address : List.of("10.6.0.201", "fd06::201", "10.6.0.202", "fd06::202")) {
            assertFalse(addresses(3).contains(address + "/"), addresses(3));
        }
        assertTrue(lab.in("n3", "nft", "list set netdev baton-fence eip4").contains("10.6.0.201"), "fenced");
        assertFalse(lab.in("n3", "nft", "list set netdev baton-fence held4").contains("10.6.0.201"), "closed");
        assertFalse(lab.in("n3", "nft", "list set netdev baton-fence held6").contains("fd06::202"), "closed");
        assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "n1", "10.6.0.201"), "it goes on being reachable");
        assertEquals(Optional.of("fd06::1"), sourceSeen(lab, "n1", "fd06::202"), "it goes on being reachable");
        theirs.close();
        String ours = macOf("n3").value();
        List<String> said = capture.frames();
        assertTrue(said.stream().anyMatch(line -> line.contains("10.6.0.200 is-at " + ours)), said.toString());
        assertFalse(said.stream().anyMatch(line -> line.contains("10.6.0.201 is-at " + ours)), said.toString());
        assertTrue(said.stream().anyMatch(line -> line.contains("fd06::200 > ")), said.toString());
        assertFalse(said.stream().anyMatch(line -> line.contains("fd06::201 > ")), said.toString());

        isTheirs(failOver(3, Map.of(SECOND, SECOND_MARK)), SECOND);
        assertEquals(DatapathFault.NONE, datapath(3).check().fault(), "the node is not broken by that");
        lab.in("ext", "ip", "addr", "del", "10.6.0.201/32", "dev", "eth0");
        isTaken(failOver(3, Map.of(SECOND, SECOND_MARK)), SECOND);
    }

    /** It is routed here: a router that answers for all that is behind it has none of it. */
    @Test
    void anAddressThatIsInNoNetworkOfTheNodeIsNotAskedFor() throws Exception {
        has("ext", "10.99.0.7/32");
        Eip routed = Eip.parse("10.99.0.7");
        isTaken(failOver(3, Map.of(routed, SECOND_MARK)), routed);
    }

    /** By what it says of itself, or, if it says nothing, by what the kernel knows of its neighbours. */
    @Test
    void aNodeOfTheFleetThatAnswersStillIsNoConflict() throws Exception {
        has("n2", "10.6.0.201/32");
        lab.in("n3", "ip", "neigh", "flush", "dev", "eth0");
        fleet.macsOf(2, List.of(macOf("n2")));
        isTaken(failOver(3, Map.of(SECOND, SECOND_MARK)), SECOND);

        has("n2", "10.6.0.202/32");
        fleet.macsOf(2, List.of());
        sourceSeen(lab, "n3", "10.6.0.2");
        isTaken(failOver(3, Map.of(THIRD, THIRD_MARK)), THIRD);
    }

    @Test
    void whatIsHeldIsDefendedOnceAndGoesOn() throws Exception {
        long begin = System.nanoTime();
        Lab.eventually(WITHIN, "its own announcements are over", () -> {
            assertEquals(0, datapath(2).check().addressConflicts());
            return System.nanoTime() - begin > Duration.ofMillis(1100).toNanos();
        });
        var capture = new Capture(lab, "arp[6:2]=2 or icmp6[0]=136");
        for (int times = 1; times <= 2; times++) {
            announces("ext", TestFleet.EIP4);
            announces("ext", TestFleet.EIP6);
            int all = 2 * times;
            Lab.eventually(WITHIN, "both are heard", () -> datapath(2).check().addressConflicts() == all);
        }

        assertEquals(
                List.of(
                        new AddressClaim(IpAddress.parse(TestFleet.EIP4), macOf("ext")),
                        new AddressClaim(IpAddress.parse(TestFleet.EIP6), macOf("ext"))),
                datapath(2).claims(),
                "what the fleet is told");
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p2", SERVER4));
        assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p2", SERVER6));
        assertTrue(datapath(2).apply(fleet.desired(2)).results().isEmpty(), "nothing changes for it");
        String mac = macOf("n2").value();
        List<String> said = capture.frames();
        assertEquals(1, count(said, TestFleet.EIP4 + " is-at " + mac), said.toString());
        long advertisements = count(said, TestFleet.EIP6 + " > ff02::1: ICMP6, neighbor advertisement");
        assertEquals(2 + 1, advertisements, "two of theirs and one of ours: " + said);
    }

    private static long count(List<String> frames, String text) {
        return frames.stream().filter(line -> line.contains(text)).count();
    }

    @Test
    void whatANodeHadOrAnotherReleasedIsNotAskedFor() throws Exception {
        fleet.macsOf(2, List.of(macOf("n2")));
        fleet.failOver(3);
        applied(3);
        applied(2);
        var capture = new Capture(lab, "arp and src host 0.0.0.0");

        lab.in("n3", "ip", "addr", "del", TestFleet.EIP4 + "/32", "dev", "eth0");
        assertTrue(datapath(3).check().repaired().contains("addresses"));
        datapath(3).close();
        datapaths.set(2, new LinuxDatapath(options(3)));
        datapath(3).open();
        applied(3);
        assertTrue(addresses(3).contains(TestFleet.EIP4 + "/32"));
        move(3, 1);

        assertEquals(List.of(), capture.frames());
    }

    @Test
    void aQuestionAboutManyTakesAsLongAsOne() throws Exception {
        for (int count : List.of(1, 40)) {
            long released = Long.MAX_VALUE;
            long unreleased = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                released = Math.min(released, took(count, false));
                unreleased = Math.min(unreleased, took(count, true));
            }
            System.out.println("taking " + count + " EIPs: " + released / 1000 + " us when released, "
                    + unreleased / 1000 + " us when not");
            assertTrue(unreleased - released < Duration.ofMillis(500).toNanos(), "a question that is never over");
        }
    }

    /** @return nanoseconds to take so many EIPs that nobody had before */
    private long took(int count, boolean unreleased) throws Exception {
        for (int i = 0; i < count; i++) {
            last++;
            Eip eip = Eip.parse("10.6." + (1 + last / 200) + "." + (1 + last % 200) + "+fd06::1:" + last);
            var mark = new Mark(THIRD_MARK.value() + last);
            if (unreleased) {
                fleet.failOver(eip, mark, 3);
            } else {
                fleet.assign(eip, mark, AssignmentStep.ACQUIRE, 3, Optional.empty());
            }
        }
        long begin = System.nanoTime();
        applied(3);
        return System.nanoTime() - begin;
    }
}
