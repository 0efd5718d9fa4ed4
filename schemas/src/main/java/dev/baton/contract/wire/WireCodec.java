package dev.baton.contract.wire;

import dev.baton.contract.FleetId;
import dev.baton.contract.Rules;
import dev.baton.contract.UnreadableReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.AvroTypeException;
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

    private record Format(String topic, Rules rules) {}

    /** @param older if records are written in another schema than the one of the classes */
    private record Written(int id, Optional<OlderFormat> older) {}

    private record Version(String topic, int id) {}

    private final SchemaIds ids;
    private final Formats formats;
    private final Map<Format, Written> formatsWritten = new ConcurrentHashMap<>();
    /** Of each topic the rules under which its format changed, the first of all among them. */
    private final Map<String, List<Rules>> changes = new ConcurrentHashMap<>();

    private final Map<String, DatumWriter<IndexedRecord>> writers = new ConcurrentHashMap<>();
    private final Map<Version, DatumReader<IndexedRecord>> readers = new ConcurrentHashMap<>();

    public WireCodec(SchemaIds ids, Formats formats) {
        this.ids = ids;
        this.formats = formats;
    }

    /** With the schemas in the jar, and their ids there. */
    public static WireCodec bundled() {
        var schemas = new BundledSchemas();
        return new WireCodec(schemas, schemas);
    }

    /**
     * This codec, with the ids of all logs at hand: whoever writes never waits for them.
     *
     * @throws SchemasUnavailable if their keeper does not give them
     */
    public WireCodec prepared() {
        Logs.ALL.forEach(log -> versions().forEach(rules -> written(log, rules)));
        return this;
    }

    /** The newest rules in whose formats it reads. */
    public Rules reads() {
        return formats.newest();
    }

    private Stream<Rules> versions() {
        return IntStream.rangeClosed(Rules.FIRST.version(), formats.newest().version())
                .mapToObj(Rules::new);
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

    /**
     * A value's bytes for readers of which nothing is known: in the oldest format that says all of it. What a newer one
     * is needed for exists only once its rules are in force.
     */
    public <T> byte[] encode(Log<T> log, T value) {
        List<Rules> oldestFirst = changes.computeIfAbsent(log.topic().name(), this::changes);
        for (Rules rules : oldestFirst.subList(0, oldestFirst.size() - 1)) {
            Optional<byte[]> bytes = whole(log, value, rules);
            if (bytes.isPresent()) {
                return bytes.get();
            }
        }
        return encode(log, value, oldestFirst.getLast());
    }

    private List<Rules> changes(String topic) {
        return versions()
                .filter(rules -> rules.equals(Rules.FIRST)
                        || !formats.of(topic, rules).equals(formats.of(topic, new Rules(rules.version() - 1))))
                .toList();
    }

    private <T> Optional<byte[]> whole(Log<T> log, T value, Rules rules) {
        try {
            byte[] bytes = encode(log, value, rules);
            return decode(log, bytes).equals(value) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException | Undecodable e) {
            return Optional.empty(); // these rules know no such kind, or no record without it
        }
    }

    /**
     * A value's bytes as everybody reads them who knows the rules in force. What their format has no place for is left
     * out.
     *
     * @throws IllegalArgumentException if these rules know no records of its kind
     */
    public <T> byte[] encode(Log<T> log, T value, Rules rules) {
        String topic = log.topic().name();
        var written = written(log, rules);
        var envelope = Envelope.of(log);
        var writer = writers.computeIfAbsent(topic, unknown -> new SpecificDatumWriter<>(envelope.schema()));
        var bytes = new ByteArrayOutputStream(TYPICAL_BYTES);
        bytes.write(MAGIC);
        bytes.write(written.id >>> 24);
        bytes.write(written.id >>> 16);
        bytes.write(written.id >>> 8);
        bytes.write(written.id);
        try {
            if (written.older.isPresent()) {
                var newest = new ByteArrayOutputStream(TYPICAL_BYTES);
                write(writer, envelope.wrap(value), newest);
                bytes.writeBytes(written.older.get().of(newest.toByteArray()));
            } else {
                write(writer, envelope.wrap(value), bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        } catch (AvroTypeException e) {
            throw new IllegalArgumentException(
                    topic + ": under rules version " + rules + " there is no "
                            + value.getClass().getSimpleName() + " of this kind",
                    e);
        }
        return bytes.toByteArray();
    }

    private static void write(DatumWriter<IndexedRecord> writer, IndexedRecord record, ByteArrayOutputStream bytes)
            throws IOException {
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        writer.write(record, encoder);
        encoder.flush();
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
            throw new Undecodable(topic, UnreadableReason.NO_VALUE, "the record has no value");
        }
        if (bytes.length > log.mostBytes()) {
            throw new Undecodable(
                    topic, UnreadableReason.TOO_LARGE, bytes.length + " bytes are more than " + log.mostBytes());
        }
        if (bytes.length < HEADER || bytes[0] != MAGIC) {
            throw new Undecodable(
                    topic,
                    UnreadableReason.NO_SCHEMA_ID,
                    bytes.length + " bytes do not begin with magic byte 0 and a schema id");
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
                throw new Undecodable(
                        topic, UnreadableReason.MALFORMED, "bytes follow the record of schema id " + version.id);
            }
            return log.type().cast(envelope.unwrap(record));
        } catch (Undecodable e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Avro and the records' constructors throw what they like; whatever it is, these bytes are no record.
            throw new Undecodable(
                    topic,
                    UnreadableReason.MALFORMED,
                    "not a record of schema id " + version.id + ": " + e.getMessage(),
                    e);
        }
    }

    private Written written(Log<?> log, Rules rules) {
        return formatsWritten.computeIfAbsent(new Format(log.topic().name(), rules), format -> {
            Schema newest = Envelope.of(log).published();
            Schema schema = formats.of(format.topic, rules);
            return new Written(
                    ids.idOf(format.topic, schema),
                    schema.equals(newest) ? Optional.empty() : Optional.of(new OlderFormat(newest, schema)));
        });
    }

    private DatumReader<IndexedRecord> reader(Envelope envelope, Version version) {
        Schema writer = ids.schemaOf(version.id)
                .orElseThrow(() -> new Undecodable(
                        version.topic,
                        UnreadableReason.SCHEMA_UNKNOWN,
                        "schema id " + version.id + " is not known here; a newer version may know it"));
        if (!writer.getFullName().equals(envelope.schema().getFullName())) {
            throw new Undecodable(
                    version.topic,
                    UnreadableReason.MALFORMED,
                    "schema id " + version.id + " is of " + writer.getFullName());
        }
        return new SpecificDatumReader<>(writer, envelope.schema());
    }
}
