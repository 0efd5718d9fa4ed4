/**
 * The logs' bytes: contract records to and from Avro, in Confluent's wire format.
 *
 * <p>Flow: a {@link dev.baton.contract.wire.Log} names a topic and the type of its records; {@link
 * dev.baton.contract.wire.WireCodec} puts a value into the topic's envelope, writes magic byte, schema id and Avro
 * binary, and reads the same with the writer's schema; {@link dev.baton.contract.wire.SchemaIds} knows which id is
 * which schema. The schemas in {@code src/main/avro} alone define how a record looks on the wire. Records are matched
 * with them by name when the classes load, so a contract component without a field stops the process before the first
 * record.
 *
 * <p>Schemas only grow: see {@code schemas/decisions/0001-schema-ids-from-the-jar.md}. Avro's generated classes never
 * leave this package. Decides nothing, starts no thread; only {@link dev.baton.contract.wire.TopicSetup} and {@link
 * dev.baton.contract.wire.PartitionReader} talk to a broker.
 */
@NullMarked
package dev.baton.contract.wire;

import org.jspecify.annotations.NullMarked;
