package dev.baton.contract.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Tick;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/**
 * A release that knows a newer format writes the older one until the rules say otherwise; with schemas that shipped.
 */
class FormatsTest {
    private static final Rules SECOND = new Rules(2);
    /** Of a release that knew no seal. */
    private static final int OLD_FLEET = 19;
    /** Of a release that knew no lineage. */
    private static final int OLD_HEARTBEATS = 1;

    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final FleetId FLEET = new FleetId("default");

    private final BundledSchemas shipped = new BundledSchemas();
    private final WireCodec codec = new WireCodec(shipped, new Formats() {
        @Override
        public Schema of(String topic, Rules rules) {
            return switch (rules.equals(Rules.FIRST) ? topic : "") {
                case "baton.fleet" -> shipped.schemaOf(OLD_FLEET).orElseThrow();
                case "baton.heartbeats" -> shipped.schemaOf(OLD_HEARTBEATS).orElseThrow();
                default -> shipped.of(topic, Rules.NEWEST);
            };
        }

        @Override
        public Rules newest() {
            return SECOND;
        }
    });

    private static Heartbeat heartbeat(Optional<Lineage> lineage) {
        return new Heartbeat(
                new NodeId("node1"),
                new Incarnation(1),
                1,
                DatapathState.READY,
                DatapathFault.NONE,
                0,
                false,
                Duration.ofSeconds(3),
                Optional.empty(),
                lineage,
                Rules.FIRST,
                Instant.EPOCH);
    }

    private static int id(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt(1);
    }

    @Test
    void anOlderFormatLeavesOutWhatItHasNoPlaceFor() {
        Heartbeat whole = heartbeat(Optional.of(Lineage.of(7)));
        byte[] old = codec.encode(Logs.HEARTBEATS, whole, Rules.FIRST);
        assertEquals(OLD_HEARTBEATS, id(old));
        assertEquals(heartbeat(Optional.empty()), codec.decode(Logs.HEARTBEATS, old));
        assertEquals(whole, codec.decode(Logs.HEARTBEATS, codec.encode(Logs.HEARTBEATS, whole, SECOND)));
    }

    @Test
    void aKindThatAnOlderFormatDoesNotKnowIsNotWrittenInIt() {
        var sealed = new Sequenced(FLEET, Optional.empty(), new FleetSealed(true));
        var refused = assertThrows(IllegalArgumentException.class, () -> codec.encode(Logs.FLEET, sealed, Rules.FIRST));
        assertEquals("baton.fleet: under rules version 1 there is no Sequenced of this kind", refused.getMessage());
        assertEquals(sealed, codec.decode(Logs.FLEET, codec.encode(Logs.FLEET, sealed, SECOND)));
    }

    @Test
    void whoeverDoesNotKnowTheRulesWritesTheOldestFormatThatSaysAll() {
        var tick = new Sequenced(FLEET, Optional.empty(), new Tick("t", 1, 1, PERIOD));
        var sealed = new Sequenced(FLEET, Optional.empty(), new FleetSealed(true));
        int newest = shipped.idOf("baton.fleet", shipped.of("baton.fleet", Rules.NEWEST));
        assertEquals(OLD_FLEET, id(codec.encode(Logs.FLEET, tick)));
        assertEquals(newest, id(codec.encode(Logs.FLEET, sealed)));
        assertEquals(OLD_HEARTBEATS, id(codec.encode(Logs.HEARTBEATS, heartbeat(Optional.empty()))));
        byte[] whole = codec.encode(Logs.HEARTBEATS, heartbeat(Optional.of(Lineage.of(7))));
        assertEquals(heartbeat(Optional.of(Lineage.of(7))), codec.decode(Logs.HEARTBEATS, whole));
    }
}
