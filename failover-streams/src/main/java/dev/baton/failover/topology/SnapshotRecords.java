package dev.baton.failover.topology;

import dev.baton.contract.StateAt;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.runner.Past.Snapshots;
import dev.baton.failover.runner.SnapshotRounds;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Reads the end of the snapshots' log: each record says in a header how many fleets are in its round.
 *
 * @param <S> of one kind
 */
public final class SnapshotRecords<S extends StateAt> {
    /** How many fleets the round has, as four bytes. Snapshots of older releases do not have it. */
    private static final String FLEETS = "baton.fleets";

    private final WireCodec codec;
    private final Log<? extends StateAt> log;
    private final SnapshotRounds<S> rounds;

    /**
     * @param log of all kinds
     * @param offset the latest that a snapshot may be of
     */
    SnapshotRecords(WireCodec codec, Log<? extends StateAt> log, Class<S> kind, long offset) {
        this.codec = codec;
        this.log = log;
        this.rounds = new SnapshotRounds<>(kind, offset);
    }

    /** @param fleets how many the round has */
    public static Headers headers(int fleets) {
        return new RecordHeaders()
                .add(FLEETS, ByteBuffer.allocate(Integer.BYTES).putInt(fleets).array());
    }

    /** Takes the next record of the snapshots' log; one that cannot be read is as good as none. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        try {
            rounds.add(codec.decode(log, record.value()), size(record.headers()));
        } catch (Undecodable e) {
            // As good as none.
        }
    }

    private static int size(Headers headers) {
        Header header = headers.lastHeader(FLEETS);
        return header == null || header.value() == null || header.value().length != Integer.BYTES
                ? Integer.MAX_VALUE
                : ByteBuffer.wrap(header.value()).getInt();
    }

    Snapshots<S> found() {
        return rounds.found();
    }
}
