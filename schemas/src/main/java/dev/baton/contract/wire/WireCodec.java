package dev.baton.contract.wire;

import dev.baton.contract.FleetId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Values of the logs to and from bytes: magic byte 0, schema id (4 bytes, big-endian), Avro binary, as Confluent's and
 * Apicurio's serdes write them. Safe for use by several threads.
 */
public final class WireCodec {
    static final byte MAGIC = 0;
    private static final int HEADER = 5;
    /** Most records are smaller; a larger one grows the buffer. */
    private static final int TYPICAL_BYTES = 160;

    private record Written(int id, Envelope envelope, DatumWriter<IndexedRecord> writer) {}

    private record Version(String topic, int id) {}

    private final SchemaIds ids;
    private final Map<String, Written> writers = new ConcurrentHashMap<>();
    private final Map<Version, DatumReader<IndexedRecord>> readers = new ConcurrentHashMap<>();

    public WireCodec(SchemaIds ids) {
        this.ids = ids;
    }

    /** With the ids of the schemas in the jar. */
    public static WireCodec bundled() {
        return new WireCodec(new BundledSchemas());
    }

    /**
     * This codec, with the ids of all logs at hand: whoever writes never waits for them.
     *
     * @throws SchemasUnavailable if their keeper does not give them
     */
    public WireCodec prepared() {
        for (Log<?> log : Logs.ALL) {
            writers.computeIfAbsent(log.topic().name(), topic -> written(log));
        }
        return this;
    }

    /** A value as everybody appends it: in its fleet's partition, under its key. */
    public <T> ProducerRecord<byte[], byte[]> record(Log<T> log, FleetId fleet, T value) {
        String topic = log.topic().name();
        Key key = log.keyOf(fleet, value);
        byte[] bytes = encode(log, value);
        if (bytes.length > log.mostBytes()) {
            throw new IllegalArgumentException(topic + ": " + key.entity() + " takes " + bytes.length
                    + " bytes; at most " + log.mostBytes() + " are allowed");
        }
        return new ProducerRecord<>(topic, Partitions.of(fleet), key.bytes(), bytes);
    }

    public <T> byte[] encode(Log<T> log, T value) {
        var written = writers.computeIfAbsent(log.topic().name(), topic -> written(log));
        var bytes = new ByteArrayOutputStream(TYPICAL_BYTES);
        bytes.write(MAGIC);
        bytes.write(written.id >>> 24);
        bytes.write(written.id >>> 16);
        bytes.write(written.id >>> 8);
        bytes.write(written.id);
        try {
            var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            written.writer.write(written.envelope.wrap(value), encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Decodes a record's value.
     *
     * @param bytes null where the record has no value, which only a compacted log gives a meaning
     * @throws Undecodable naming topic and reason; nothing else is thrown, whatever the bytes are
     */
    public <T> T decode(Log<T> log, byte @Nullable [] bytes) {
        String topic = log.topic().name();
        if (bytes == null) {
            throw new Undecodable(topic, "the record has no value");
        }
        if (bytes.length > log.mostBytes()) {
            throw new Undecodable(topic, bytes.length + " bytes are more than " + log.mostBytes());
        }
        if (bytes.length < HEADER || bytes[0] != MAGIC) {
            throw new Undecodable(topic, bytes.length + " bytes do not begin with magic byte 0 and a schema id");
        }
        var envelope = Envelope.of(log);
        var version = new Version(topic, ByteBuffer.wrap(bytes).getInt(1));
        var reader = readers.get(version);
        if (reader == null) {
            reader = reader(envelope, version);
            readers.put(version, reader);
        }
        try {
            var decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
            var record = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new Undecodable(topic, "bytes follow the record of schema id " + version.id);
            }
            return log.type().cast(envelope.unwrap(record));
        } catch (Undecodable e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Avro and the records' constructors throw what they like; whatever it is, these bytes are no record.
            throw new Undecodable(topic, "not a record of schema id " + version.id + ": " + e.getMessage(), e);
        }
    }

    private Written written(Log<?> log) {
        var envelope = Envelope.of(log);
        int id = ids.idOf(log.topic().name(), envelope.published());
        return new Written(id, envelope, new SpecificDatumWriter<>(envelope.schema()));
    }

    private DatumReader<IndexedRecord> reader(Envelope envelope, Version version) {
        Schema writer = ids.schemaOf(version.id)
                .orElseThrow(() -> new Undecodable(
                        version.topic, "schema id " + version.id + " is not known here; a newer version may know it"));
        if (!writer.getFullName().equals(envelope.schema().getFullName())) {
            throw new Undecodable(version.topic, "schema id " + version.id + " is of " + writer.getFullName());
        }
        return new SpecificDatumReader<>(writer, envelope.schema());
    }
}
