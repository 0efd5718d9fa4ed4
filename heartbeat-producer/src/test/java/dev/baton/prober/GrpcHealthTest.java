package dev.baton.prober;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.baton.prober.Outcome.Failed;
import dev.baton.prober.Outcome.Passed;
import dev.baton.prober.Outcome.Reason;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes are those that protobuf's own encoder gives. */
class GrpcHealthTest {
    private static byte[] hex(String bytes) {
        return HexFormat.ofDelimiter(" ").parseHex(bytes);
    }

    @Test
    void theServiceIsFieldOne() {
        assertArrayEquals(hex("00 00 00 00 00"), GrpcHealth.request(""));
        assertArrayEquals(hex("00 00 00 00 03 0a 01 61"), GrpcHealth.request("a"));
        byte[] longer = GrpcHealth.request("s".repeat(300));
        assertArrayEquals(hex("00 00 00 01 2f 0a ac 02 73"), Arrays.copyOf(longer, 9));
        assertEquals(5 + 3 + 300, longer.length);
    }

    @Test
    void onlyServingPasses() {
        assertEquals(new Passed(), GrpcHealth.outcome(hex("00 00 00 00 02 08 01")));
        assertEquals(new Failed(Reason.NOT_SERVING, "UNKNOWN"), GrpcHealth.outcome(hex("00 00 00 00 00")));
        assertEquals(new Failed(Reason.NOT_SERVING, "NOT_SERVING"), GrpcHealth.outcome(hex("00 00 00 00 02 08 02")));
        assertEquals(
                new Failed(Reason.NOT_SERVING, "SERVICE_UNKNOWN"), GrpcHealth.outcome(hex("00 00 00 00 02 08 03")));
        assertEquals(new Failed(Reason.NOT_SERVING, "status 300"), GrpcHealth.outcome(hex("00 00 00 00 03 08 ac 02")));
    }

    @Test
    void fieldsOfLaterVersionsArePassedOver() {
        assertEquals(new Passed(), GrpcHealth.outcome(hex("00 00 00 00 06 12 02 68 69 08 01")));
        assertEquals(new Passed(), GrpcHealth.outcome(hex("00 00 00 00 07 08 01 1d 00 00 00 00")));
    }

    @Test
    void whateverComesIsAnOutcome() {
        var random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            byte[] body = new byte[random.nextInt(14)];
            random.nextBytes(body);
            if (body.length >= 5 && random.nextInt(4) > 0) {
                Arrays.fill(body, 0, 4, (byte) 0);
                body[4] = (byte) (body.length - 5);
            }
            assertInstanceOf(Outcome.class, GrpcHealth.outcome(body));
        }
    }
}
