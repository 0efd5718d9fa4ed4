package dev.baton.datapath.linux.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import dev.baton.datapath.linux.NeedsRootAndTools;
import dev.baton.datapath.linux.tool.RunTool;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** As many questions at once as a fleet can have EIPs: of the real kernel, on a segment of one node. */
@NeedsRootAndTools
class DuplicateAddressesTest {
    private static final int EIPS = 2046;

    private static String sysfs(Lab lab, String machine, String name) {
        return lab.in(machine, "cat", "/sys/class/net/eth0/" + name).strip();
    }

    private static List<IpAddress> addresses(int count) {
        var addresses = new ArrayList<IpAddress>();
        for (int i = 0; i < count; i++) {
            addresses.add(IpAddress.parse("10.7." + i / 250 + "." + (1 + i % 250)));
            addresses.add(IpAddress.parse("fd07::" + (1 + i)));
        }
        return addresses;
    }

    /** Every second EIP has another owner, in both families. */
    @Test
    void allAddressesAreAskedForTogetherAndNoAnswerIsLost() throws Exception {
        try (var lab = new Lab(1);
                var duplicates = new DuplicateAddresses(new RunTool(Optional.of(lab.namespace("n1"))), _ -> true)) {
            var owner = new MacAddress(sysfs(lab, "ext", "address"));
            var port = new Port(
                    Integer.parseInt(sysfs(lab, "n1", "ifindex")), new MacAddress(sysfs(lab, "n1", "address")));
            duplicates.open(Optional.of(lab.namespace("n1")), port);
            var desired = new TestFleet(1).desired(1);
            for (int count : List.of(1, EIPS, 1, 250, EIPS)) {
                ask(duplicates, count, port, desired);
                duplicates.requireFree(addresses(count));
            }

            lab.in(
                    "ext",
                    "sh",
                    "-c",
                    "for i in $(seq 0 2 " + (EIPS - 1) + "); do"
                            + " echo addr add 10.7.$((i / 250)).$((1 + i % 250))/32 dev eth0;"
                            + " echo addr add fd07::$((1 + i))/128 dev eth0 nodad; done | ip -batch -");
            ask(duplicates, EIPS, port, desired);

            int found = 0;
            for (IpAddress address : addresses(EIPS)) {
                try {
                    duplicates.requireFree(List.of(address));
                } catch (DatapathException e) {
                    assertEquals(Optional.of(owner), e.owner());
                    found++;
                }
            }
            assertEquals(EIPS, found, "half of the addresses, which are two of each EIP");
            assertThrows(DatapathException.class, () -> duplicates.requireFree(addresses(1)));
        }
    }

    private static void ask(DuplicateAddresses duplicates, int eips, Port port, DesiredState desired) throws Exception {
        var asked = new TreeMap<IpAddress, Port>();
        addresses(eips).forEach(address -> asked.put(address, port));
        long begin = System.nanoTime();
        long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        duplicates.ask(asked);
        long sent = System.nanoTime();
        duplicates.await(desired);
        long took = System.nanoTime() - begin;
        used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - used;
        System.out.println("asking for " + eips + " EIPs took " + took / 1000 + " us, " + (sent - begin) / 1000
                + " of them until all were asked, " + used / 1000 + " of our own CPU");
    }
}
