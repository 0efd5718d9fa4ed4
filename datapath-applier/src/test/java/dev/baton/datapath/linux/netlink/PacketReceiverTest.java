package dev.baton.datapath.linux.netlink;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.datapath.lab.EchoServer;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.linux.NeedsRootAndTools;
import dev.baton.datapath.linux.netlink.PacketReceiver.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Against the real kernel: its filter lets through what is asked for, and nothing of what this machine sends. */
@NeedsRootAndTools
class PacketReceiverTest {
    private static final HexFormat HEX = HexFormat.of();

    private static String sysfs(Lab lab, String name) {
        return lab.in("n1", "cat", "/sys/class/net/eth0/" + name).strip();
    }

    private static List<byte[]> all(PacketReceiver receiver) {
        var frames = new ArrayList<byte[]>();
        for (var frame = receiver.next(); frame.isPresent(); frame = receiver.next()) {
            frames.add(frame.get());
        }
        return frames;
    }

    @Test
    void onlyFramesOfItsKindThatOthersSentAreReceived() throws Exception {
        try (var lab = new Lab(1);
                var server = new EchoServer(lab);
                var arp = open(lab, Kind.ARP);
                var discovery = open(lab, Kind.NEIGHBOUR_DISCOVERY)) {
            String own = sysfs(lab, "address").replace(":", "");
            long begin = System.nanoTime();
            PacketReceiver.await(List.of(arp), Duration.ofMillis(30));
            assertTrue(arp.next().isPresent() || System.nanoTime() - begin >= 29_000_000, "waiting has a limit");

            lab.in("n1", "ip", "neigh", "flush", "dev", "eth0");
            assertEquals(Optional.of("10.6.0.1"), sourceSeen(lab, "n1", Lab.SERVER4));
            assertEquals(Optional.of("fd06::1"), sourceSeen(lab, "n1", Lab.SERVER6));

            PacketReceiver.await(List.of(arp, discovery), Duration.ofSeconds(1));
            List<byte[]> answers = all(arp);
            List<byte[]> advertisements = all(discovery);

            assertTrue(answers.size() > 0 && advertisements.size() > 0, "the server said where it is");
            for (byte[] frame : answers) {
                assertEquals("0806", HEX.formatHex(frame, 12, 14));
                assertTrue(!HEX.formatHex(frame, 6, 12).equals(own), "not its own");
            }
            for (byte[] frame : advertisements) {
                assertTrue(List.of("87", "88").contains(HEX.formatHex(frame, 54, 55)), HEX.formatHex(frame));
                assertTrue(!HEX.formatHex(frame, 6, 12).equals(own), "not its own");
            }
        }
    }

    private static PacketReceiver open(Lab lab, Kind kind) throws Exception {
        return PacketReceiver.open(Optional.of(lab.namespace("n1")), Integer.parseInt(sysfs(lab, "ifindex")), kind);
    }
}
