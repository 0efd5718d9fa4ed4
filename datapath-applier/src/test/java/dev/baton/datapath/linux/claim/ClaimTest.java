package dev.baton.datapath.linux.claim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.linux.route.Announcement;
import dev.baton.datapath.linux.route.Icmp6;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClaimTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final MacAddress OWNER = new MacAddress("02:00:00:00:00:0a");
    private static final IpAddress V4 = IpAddress.parse("10.6.0.200");
    private static final IpAddress V6 = IpAddress.parse("fd06::aa:bbcc");
    private static final byte[] V6_BYTES = HEX.parseHex("fd060000000000000000000000aabbcc");
    private static final byte[] MAC_BYTES = HEX.parseHex("02000000000a");
    private static final byte[] OTHER_BYTES = HEX.parseHex("02000000000b");

    private static byte[] discovery(int type, byte[] source, String options) {
        byte[] message =
                HEX.parseHex(HEX.toHexDigits((byte) type) + "00000000000000" + HEX.formatHex(V6_BYTES) + options);
        return Icmp6.frame(OTHER_BYTES, MAC_BYTES, source, new byte[16], message);
    }

    @Test
    void whoeverAnnouncesAnAddressClaimsIt() {
        for (IpAddress address : new IpAddress[] {V4, V6}) {
            for (byte[] frame : Announcement.frames(address, OWNER)) {
                assertEquals(Optional.of(new Claim(address, OWNER)), Claim.in(frame));
                assertEquals(
                        Optional.of(new Claim(address, OWNER)),
                        Claim.in(Arrays.copyOf(frame, 128)), // padded
                        "what follows does not count");
            }
        }
    }

    @Test
    void aProbeClaimsNothing() {
        assertEquals(Optional.empty(), Claim.in(Probe.frame(V4, OWNER)));
        assertEquals(Optional.empty(), Claim.in(Probe.frame(V6, OWNER)));
    }

    /** As RFC 5227 and RFC 4862 have them; the bytes were compared with what a kernel sends. */
    @Test
    void probesAreFramesThatEveryMachineUnderstands() {
        assertArrayEquals(
                HEX.parseHex("ffffffffffff02000000000a0806" + "0001080006040001" + "02000000000a00000000"
                        + "0000000000000a0600c8"),
                Probe.frame(V4, OWNER));
        byte[] solicitation = Probe.frame(V6, OWNER);
        String checksum = HEX.formatHex(solicitation, 56, 58);
        assertEquals(
                "3333ffaabbcc02000000000a86dd" + "6000000000183aff" + "00".repeat(16)
                        + "ff0200000000000000000001ffaabbcc" + "8700" + checksum + "00000000"
                        + HEX.formatHex(V6_BYTES),
                HEX.formatHex(solicitation));
        assertEquals(
                0,
                Icmp6.checksum(
                        Arrays.copyOfRange(solicitation, 22, 38),
                        Arrays.copyOfRange(solicitation, 38, 54),
                        Arrays.copyOfRange(solicitation, 54, 78)));
    }

    @Test
    void theOwnerIsWhomTheMessageNamesOrElseItsSender() {
        assertEquals(Optional.of(new Claim(V6, OWNER)), Claim.in(discovery(136, V6_BYTES, "")));
        assertEquals(
                Optional.of(new Claim(V6, new MacAddress("02:00:00:00:00:0c"))),
                Claim.in(discovery(136, V6_BYTES, "0e010000000000000201" + "02000000000c")));
        assertEquals(Optional.of(new Claim(V6, OWNER)), Claim.in(discovery(136, V6_BYTES, "02000000000000ff")));
    }

    @Test
    void whoeverAsksWithAnAddressClaimsThatOne() {
        assertEquals(Optional.of(new Claim(V6, OWNER)), Claim.in(discovery(135, V6_BYTES, "010102000000000a")));
        assertEquals(Optional.empty(), Claim.in(discovery(135, new byte[16], "")), "it only asks");
    }

    @Test
    void whatARouterForwardedOrIsDamagedIsNoClaim() {
        byte[] good = discovery(136, V6_BYTES, "");
        assertEquals(Optional.of(new Claim(V6, OWNER)), Claim.in(good));
        for (int at : new int[] {12, 14, 20, 21, 22, 54, 56, 62, 77}) {
            byte[] bad = good.clone();
            bad[at] ^= 0x11;
            assertEquals(Optional.empty(), Claim.in(bad), "byte " + at);
        }
        byte[] arp = Announcement.frames(V4, OWNER).getFirst();
        for (int at : new int[] {13, 15, 17, 18, 19, 21}) {
            byte[] bad = arp.clone();
            bad[at] ^= 0x11;
            assertEquals(Optional.empty(), Claim.in(bad), "byte " + at);
        }
    }

    @Test
    void noBytesAtAllThrow() {
        var random = new Random(7);
        byte[][] models = {
            Announcement.frames(V4, OWNER).getFirst(),
            Announcement.frames(V6, OWNER).getFirst(),
            discovery(135, V6_BYTES, "010102000000000a")
        };
        for (int i = 0; i < 30_000; i++) {
            byte[] model = models[i % models.length];
            byte[] frame = Arrays.copyOf(model, random.nextInt(model.length + 40));
            for (int changes = random.nextInt(4); changes > 0 && frame.length > 0; changes--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            if (frame.length >= 78 && random.nextBoolean()) {
                mend(frame);
            }
            Claim.in(frame);
        }
    }

    /** Gives it a right checksum, so that what is behind it is looked at. */
    private static void mend(byte[] frame) {
        var bytes = ByteBuffer.wrap(frame);
        int length = Math.min(bytes.getShort(18) & 0xffff, frame.length - 54);
        bytes.putShort(56, (short) 0);
        int checksum = Icmp6.checksum(
                Arrays.copyOfRange(frame, 22, 38),
                Arrays.copyOfRange(frame, 38, 54),
                Arrays.copyOfRange(frame, 54, 54 + length));
        bytes.putShort(56, (short) checksum);
    }
}
