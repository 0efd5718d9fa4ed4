package dev.baton.datapath.linux.path;

import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.linux.netlink.InternetChecksum;
import dev.baton.datapath.linux.netlink.NetlinkAttributes;
import dev.baton.datapath.linux.netlink.PacketReceiver;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * A probe as a frame in the tunnel: UDP from a pod of the sender to the sender's own tunnel address, handed to the
 * target's Ethernet address. The target forwards it like a pod's packet, and its way leads back.
 */
final class ProbeFrame {
    private static final int ETHERNET = 14;
    private static final int IPV4 = 20;
    private static final int IPV6 = 40;
    private static final int UDP = 8;
    private static final int PAYLOAD = 24;
    private static final byte UDP_PROTOCOL = 17;

    /** One hop out, one back: it cannot go round. */
    private static final byte HOPS = 2;

    /** "BATONPRB". */
    private static final long MAGIC = 0x4241544f4e505242L;

    private ProbeFrame() {}

    /**
     * @param mtu the packet's length; a path that carries smaller packets only loses it
     * @param process a number that no other process has
     */
    static byte[] of(Plan plan, MacAddress target, int mtu, long process, long sequence) {
        byte[] pod = NetlinkAttributes.address(plan.pod());
        byte[] tunnel = NetlinkAttributes.address(plan.tunnel());
        boolean ipv4 = plan.pod().family() == IpFamily.V4;
        int header = ipv4 ? IPV4 : IPV6;
        int length = Math.max(mtu - header, UDP + PAYLOAD);
        var frame = ByteBuffer.allocate(ETHERNET + header + length)
                .put(NetlinkAttributes.address(target))
                .put(NetlinkAttributes.address(plan.mac()))
                .putShort((short) (ipv4 ? 0x0800 : 0x86dd));
        if (ipv4) {
            frame.putInt(0x45000000 | header + length).putInt(0).put(HOPS).put(UDP_PROTOCOL);
            frame.putShort((short) 0).put(pod).put(tunnel);
            frame.putShort(ETHERNET + 10, (short) InternetChecksum.of(frame, ETHERNET, IPV4, 0));
        } else {
            frame.putInt(0x60000000).putShort((short) length).put(UDP_PROTOCOL).put(HOPS);
            frame.put(pod).put(tunnel);
        }
        int udp = frame.position();
        frame.putShort((short) PacketReceiver.PROBE_PORT)
                .putShort((short) PacketReceiver.PROBE_PORT)
                .putShort((short) length)
                .putShort((short) 0)
                .putLong(MAGIC)
                .putLong(process)
                .putLong(sequence);
        int addresses = 2 * pod.length;
        int sum = InternetChecksum.of(frame, udp - addresses, addresses + length, UDP_PROTOCOL + length);
        frame.putShort(udp + 6, (short) (sum == 0 ? -1 : sum)); // 0 would say that there is none
        return frame.array();
    }

    /** The sequence number of a probe of this process that has come back; what else a frame holds is not looked at. */
    static OptionalLong in(byte[] received, long process) {
        var frame = ByteBuffer.wrap(received);
        int payload = ETHERNET + UDP + (received.length > ETHERNET && received[ETHERNET] == 0x45 ? IPV4 : IPV6);
        return received.length >= payload + PAYLOAD
                        && frame.getLong(payload) == MAGIC
                        && frame.getLong(payload + Long.BYTES) == process
                ? OptionalLong.of(frame.getLong(payload + 2 * Long.BYTES))
                : OptionalLong.empty();
    }
}
