package dev.baton.contract.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Records of one schema as another one says them, by Avro's own rules for readers: in fact mostly an older one. */
final class OlderFormat {
    private final GenericDatumReader<GenericRecord> reader;
    private final GenericDatumWriter<GenericRecord> writer;

    OlderFormat(Schema from, Schema to) {
        this.reader = new GenericDatumReader<>(from, to);
        this.writer = new GenericDatumWriter<>(to);
    }

    /** @throws org.apache.avro.AvroTypeException if the other schema knows no records of this kind */
    byte[] of(byte[] record) throws IOException {
        GenericRecord read = reader.read(null, DecoderFactory.get().binaryDecoder(record, null));
        var bytes = new ByteArrayOutputStream(record.length);
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        writer.write(read, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
