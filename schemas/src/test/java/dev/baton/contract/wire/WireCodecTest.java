package dev.baton.contract.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Decided;
import dev.baton.contract.Decision;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Tick;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.MeshDecided;
import dev.baton.contract.mesh.MeshDecision;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.Probe;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireCodecTest {
    private static final WireCodec CODEC = WireCodec.bundled();
    private static final FleetId FLEET = new FleetId("f1");

    record Case<T>(Log<T> log, T value) {
        @Override
        public String toString() {
            return log + " " + value.getClass().getSimpleName();
        }
    }

    /** Every record that any log can hold, twice: with everything empty, and with everything filled. */
    static Stream<Case<?>> everyKind() {
        return Logs.ALL.stream().flatMap(log -> Arrays.stream(Samples.values()).flatMap(kind -> cases(log, kind)));
    }

    private static <T> Stream<Case<?>> cases(Log<T> log, Samples samples) {
        Stream<Object> values;
        if (log.type() == Sequenced.class) {
            values = UnionShape.kinds(FleetEvent.class)
                    .distinct()
                    .map(kind -> new Sequenced(
                            FLEET,
                            samples == Samples.LEAST
                                    ? Optional.empty()
                                    : Optional.of((Sequenced.Origin) samples.of(Sequenced.Origin.class)),
                            (FleetEvent) samples.of(kind),
                            samples == Samples.LEAST
                                    ? Optional.empty()
                                    : Optional.of((Lineage) samples.of(Lineage.class))));
        } else if (log.type() == Decided.class) {
            values = UnionShape.kinds(Decision.class)
                    .filter(kind -> Decision.class.isAssignableFrom(kind))
                    .map(kind -> new Decided(FLEET, 7, 1, (Decision) samples.of(kind)));
        } else if (log.type() == MeshEntry.class) {
            values = UnionShape.kinds(MeshEvent.class)
                    .distinct()
                    .map(kind -> new MeshEntry(
                            FLEET,
                            samples == Samples.LEAST
                                    ? Optional.empty()
                                    : Optional.of((MeshEntry.Origin) samples.of(MeshEntry.Origin.class)),
                            (MeshEvent) samples.of(kind)));
        } else if (log.type() == MeshDecided.class) {
            values = UnionShape.kinds(MeshDecision.class)
                    .map(kind -> new MeshDecided(FLEET, 7, 1, (MeshDecision) samples.of(kind)));
        } else {
            values = UnionShape.kinds(log.type()).map(samples::of);
        }
        return values.map(value -> new Case<>(log, log.type().cast(value)));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    <T> void readsBackWhatItWrote(Case<T> one) {
        byte[] bytes = CODEC.encode(one.log, one.value);
        assertEquals(one.value, CODEC.decode(one.log, bytes));
    }

    /** A destination's parts are unions of their own. */
    static Stream<Destination> everyModeAndProbe() {
        Stream<Destination> modes = UnionShape.kinds(Mode.class)
                .map(kind -> destination((Mode) Samples.FULLEST.of(kind), Optional.empty()));
        Stream<Destination> probes = UnionShape.kinds(Probe.Question.class)
                .map(kind -> new Probe(
                        (Probe.Question) Samples.FULLEST.of(kind), Duration.ofSeconds(1), Duration.ofMillis(200)))
                .map(probe -> destination(new Mode.Auto(), Optional.of(probe)));
        return Stream.concat(modes, probes);
    }

    private static Destination destination(Mode mode, Optional<Probe> probe) {
        return new Destination(
                new DestinationId("shop"),
                Optional.of(new HostName("shop.example.com")),
                mode,
                probe,
                (Calls) Samples.FULLEST.of(Calls.class),
                new TreeSet<>());
    }

    @ParameterizedTest
    @MethodSource("everyModeAndProbe")
    void aDestinationReadsBackWhateverItsModeAndItsProbe(Destination destination) {
        MeshDeclaration declared = new MeshDeclaration.DestinationDeclared(destination);
        byte[] bytes = CODEC.encode(Logs.MESH_DECLARATIONS, declared);
        assertEquals(declared, CODEC.decode(Logs.MESH_DECLARATIONS, bytes));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    <T> void everyValueHasAKeyThatReadsBack(Case<T> one) {
        var key = one.log.keyOf(FLEET, one.value);
        assertEquals(key, Key.parse(key.toString()));
    }

    @Test
    void writesMagicByteThenSchemaIdBigEndianThenAvro() {
        var schemas = new BundledSchemas();
        byte[] bytes = CODEC.encode(Logs.HEARTBEATS, new Tick("t", 1, 2, Duration.ofMillis(250)));
        String topic = Logs.HEARTBEATS.topic().name();
        int id = schemas.idOf(topic, schemas.of(topic, Rules.FIRST));
        assertEquals(0, bytes[0]);
        assertEquals(id, ByteBuffer.wrap(bytes).getInt(1));
        // Avro: branch 3 (zigzag 6), "t" (length 1), 1, 2, 250.
        assertEquals(
                List.of((byte) 6, (byte) 2, (byte) 't', (byte) 2, (byte) 4, (byte) 0xf4, (byte) 3),
                Stream.iterate(5, i -> i < bytes.length, i -> i + 1)
                        .map(i -> bytes[i])
                        .toList());
    }

    @Test
    void refusesADurationThatAReplayWouldReadOtherwise() {
        var tick = new Tick("t", 1, 2, Duration.ofNanos(1_500_000));
        var refusal = assertThrows(IllegalArgumentException.class, () -> CODEC.encode(Logs.HEARTBEATS, tick));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("period_ms: "), refusal::getMessage);
    }

    @Test
    void namesTopicAndReasonOfBytesThatAreNoRecord() {
        var refusal = assertThrows(Undecodable.class, () -> CODEC.decode(Logs.FLEET, new byte[] {1, 2}));
        assertEquals("baton.fleet", refusal.topic());
        assertTrue(refusal.reason().contains("magic byte"), refusal.reason());
        byte[] unknown = {0, 0x7f, 0, 0, 0, 0};
        assertTrue(assertThrows(Undecodable.class, () -> CODEC.decode(Logs.FLEET, unknown))
                .reason()
                .contains("schema id 2130706432 is not known"));
        byte[] drain = CODEC.encode(Logs.DECLARATIONS, new DrainRequested(new NodeId("n1"), true));
        assertTrue(assertThrows(Undecodable.class, () -> CODEC.decode(Logs.FLEET, drain))
                .reason()
                .contains("DeclarationsEnvelope"));
    }

    /** Whoever may write to a log may write anything: readers must neither hang nor die of it. */
    @Test
    void throwsNothingButUndecodableForBrokenBytes() {
        var random = new Random(1);
        byte[] sound = CODEC.encode(Logs.HEARTBEATS, (LivenessEvent) Samples.FULLEST.of(Heartbeat.class));
        for (int round = 0; round < 20_000; round++) {
            byte[] broken = Arrays.copyOf(sound, random.nextInt(5, sound.length + 3));
            for (int i = 0; i < 3; i++) {
                broken[random.nextInt(5, Math.max(6, broken.length)) % broken.length] = (byte) random.nextInt();
            }
            try {
                CODEC.decode(Logs.HEARTBEATS, broken);
            } catch (Undecodable e) {
                assertEquals("baton.heartbeats", e.topic());
            }
        }
    }

    @Test
    void believesNoLengthThatTheBytesCannotHold() {
        byte[] twoThousandMillion = {(byte) 0x80, (byte) 0xd0, (byte) 0xac, (byte) 0xf3, 0x0e};
        byte[] text = concat(new byte[] {0, 0, 0, 0, 1, 6}, twoThousandMillion);
        assertThrows(Undecodable.class, () -> CODEC.decode(Logs.HEARTBEATS, text));
        byte[] list = concat(new byte[] {0, 0, 0, 0, 8, 2}, twoThousandMillion);
        assertThrows(Undecodable.class, () -> CODEC.decode(Logs.ENDPOINTS, list));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    @Test
    void aFleetLivesInTheSamePartitionForEver() {
        assertEquals(0, Partitions.of(FLEET, 1));
        assertEquals(
                List.of(0, 2, 8, 24),
                Stream.of(2, 3, 12, 100)
                        .map(count -> Partitions.of(FLEET, count))
                        .toList());
    }
}
