package dev.baton.failover.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Snapshot;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.LivenessState;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class SnapshotRecordsTest {
    private final WireCodec codec = WireCodec.bundled();

    private SnapshotRecords<FleetSnapshot> upTo(long offset) {
        return new SnapshotRecords<>(codec, Logs.SNAPSHOTS, FleetSnapshot.class, offset);
    }

    private ConsumerRecord<byte[], byte[]> record(Headers headers, byte[] value) {
        return new ConsumerRecord<>(
                "baton.snapshots",
                0,
                0,
                0,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                new byte[0],
                value,
                headers,
                Optional.empty());
    }

    private ConsumerRecord<byte[], byte[]> of(int fleets, Snapshot snapshot) {
        return record(SnapshotRecords.headers(fleets), codec.encode(Logs.SNAPSHOTS, snapshot));
    }

    private static FleetSnapshot fleet(String name, long offset) {
        return FleetState.start(new FleetId(name)).snapshot(offset);
    }

    private static Map<String, Long> offsets(SnapshotRecords<FleetSnapshot> rounds) {
        var offsets = new TreeMap<String, Long>();
        rounds.found().latest().forEach(snapshot -> offsets.put(snapshot.fleet().value(), snapshot.offset()));
        return offsets;
    }

    @Test
    void aRoundIsWholeWhenAllOfItsFleetsWereFound() {
        var rounds = upTo(100);
        rounds.add(of(3, fleet("b", 50)));
        rounds.add(of(3, fleet("c", 50)));
        assertTrue(rounds.found().wholeAt().isEmpty(), "the window begins behind fleet a's snapshot");
        rounds.add(of(3, fleet("a", 50)));
        assertEquals(OptionalLong.of(50), rounds.found().wholeAt());
    }

    @Test
    void aRoundThatWasCutOffGivesItsFleetsAndTheRoundBeforeGivesTheOthers() {
        var rounds = upTo(100);
        rounds.add(of(2, fleet("a", 50)));
        rounds.add(of(2, fleet("b", 50)));
        rounds.add(of(2, fleet("a", 70)));
        assertEquals(OptionalLong.of(50), rounds.found().wholeAt());
        assertEquals(Map.of("a", 70L, "b", 50L), offsets(rounds));
    }

    @Test
    void anOlderCoordinatorsRoundThatComesLateReplacesNothing() {
        var rounds = upTo(100);
        rounds.add(of(1, fleet("a", 70)));
        rounds.add(of(1, fleet("a", 50)));
        assertEquals(Map.of("a", 70L), offsets(rounds));
    }

    @Test
    void snapshotsBeyondTheOffsetAndOfTheOtherFoldDoNotCount() {
        var rounds = upTo(60);
        rounds.add(of(1, fleet("a", 61)));
        rounds.add(of(1, LivenessState.start(new FleetId("a")).snapshot(10)));
        assertTrue(rounds.found().wholeAt().isEmpty());
        assertEquals(Map.of(), offsets(rounds));
    }

    @Test
    void aSnapshotThatDoesNotSayHowManyThereAreMakesNoRoundWhole() {
        var rounds = upTo(100);
        rounds.add(record(new RecordHeaders(), codec.encode(Logs.SNAPSHOTS, fleet("a", 50))));
        assertTrue(rounds.found().wholeAt().isEmpty());
        assertEquals(Map.of("a", 50L), offsets(rounds));
    }

    @Test
    void aSnapshotThatCannotBeReadIsPassedOver() {
        var rounds = upTo(100);
        rounds.add(record(SnapshotRecords.headers(1), new byte[] {0, 0, 0, 99, 99, 1, 2, 3}));
        assertTrue(rounds.found().wholeAt().isEmpty());
        assertEquals(Map.of(), offsets(rounds));
    }
}
