package dev.baton.datapath.linux.path;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProbeFrameTest {
    private static final MacAddress OWN = new MacAddress("66:00:00:00:00:01");
    private static final MacAddress TARGET = new MacAddress("66:00:00:00:00:02");
    private static final long PROCESS = 0x0123456789abcdefL;
    private static final int MTU = 1450;

    private static Plan plan(String pod, String tunnel) {
        return new Plan(OWN, IpAddress.parse(pod), IpAddress.parse(tunnel), Collections.emptySortedMap());
    }

    static Stream<Plan> ofBothFamilies() {
        return Stream.of(plan("10.244.1.10", "172.31.0.1"), plan("fd44:1::10", "fd11::1"));
    }

    @ParameterizedTest
    @MethodSource("ofBothFamilies")
    void itFillsTheTunnelAndIsKnownWhenItComesBack(Plan plan) {
        byte[] frame = ProbeFrame.of(plan, TARGET, MTU, PROCESS, 7);
        assertEquals(14 + MTU, frame.length);
        assertEquals("660000000002" + "660000000001", HexFormat.of().formatHex(frame, 0, 12));
        byte[] asReceived = Arrays.copyOf(frame, 256);
        assertEquals(OptionalLong.of(7), ProbeFrame.in(asReceived, PROCESS));
    }

    @ParameterizedTest
    @MethodSource("ofBothFamilies")
    void whatAnotherProcessSentAndNonsenseAreNoAnswer(Plan plan) {
        byte[] frame = ProbeFrame.of(plan, TARGET, MTU, PROCESS, 7);
        assertEquals(OptionalLong.empty(), ProbeFrame.in(frame, PROCESS + 1));
        for (int length = 0; length < 66; length++) {
            assertEquals(OptionalLong.empty(), ProbeFrame.in(Arrays.copyOf(frame, length), PROCESS));
        }
        assertEquals(OptionalLong.empty(), ProbeFrame.in(new byte[256], PROCESS));
    }
}
