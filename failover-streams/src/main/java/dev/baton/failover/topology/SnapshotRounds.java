package dev.baton.failover.topology;

import dev.baton.contract.FleetId;
import dev.baton.contract.Snapshot;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Finds the latest snapshots in the end of their log. A task takes the snapshots of all fleets of its partition in one
 * round, at one offset, and each says in a header how many there are; so a reader that has found one whole round knows
 * that it has missed no fleet.
 *
 * @param <S> of one kind
 */
final class SnapshotRounds<S extends Snapshot> {
    /** How many fleets the round has, as four bytes. Snapshots of older releases do not have it. */
    private static final String FLEETS = "baton.fleets";

    private record Round(int size, SortedSet<FleetId> fleets) {}

    private final WireCodec codec;
    private final Class<S> kind;
    private final long offset;
    private final SortedMap<FleetId, S> latest = new TreeMap<>();
    private final SortedMap<Long, Round> rounds = new TreeMap<>();

    /** @param offset the latest that a snapshot may be of */
    SnapshotRounds(WireCodec codec, Class<S> kind, long offset) {
        this.codec = codec;
        this.kind = kind;
        this.offset = offset;
    }

    static Headers headers(int fleets) {
        return new RecordHeaders()
                .add(FLEETS, ByteBuffer.allocate(Integer.BYTES).putInt(fleets).array());
    }

    /** Takes the next record of the snapshots' log; one that cannot be read is as good as none. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        Snapshot snapshot;
        try {
            snapshot = codec.decode(Logs.SNAPSHOTS, record.value());
        } catch (Undecodable e) {
            return;
        }
        if (kind.isInstance(snapshot) && snapshot.offset() <= offset) {
            latest.merge(
                    snapshot.fleet(),
                    kind.cast(snapshot),
                    (before, next) -> next.offset() >= before.offset() ? next : before);
            rounds.computeIfAbsent(snapshot.offset(), at -> new Round(size(record.headers()), new TreeSet<>()))
                    .fleets()
                    .add(snapshot.fleet());
        }
    }

    private static int size(Headers headers) {
        Header header = headers.lastHeader(FLEETS);
        return header == null || header.value() == null || header.value().length != Integer.BYTES
                ? Integer.MAX_VALUE
                : ByteBuffer.wrap(header.value()).getInt();
    }

    boolean hasWhole() {
        return rounds.values().stream().anyMatch(round -> round.fleets().size() >= round.size());
    }

    List<S> latest() {
        return List.copyOf(latest.values());
    }
}
