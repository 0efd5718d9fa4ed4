/**
 * The logs' bytes: contract records to and from Avro, in Confluent's wire format.
 *
 * <p>Flow: a {@link dev.baton.contract.wire.Log} names a topic and what it holds; {@link
 * dev.baton.contract.wire.WireCodec} puts a value into the topic's envelope, writes magic byte, schema id and Avro
 * binary, and reads the same with the writer's schema; {@link dev.baton.contract.wire.SchemaIds} knows which id is which
 * schema. How a record looks on the wire is said once, in {@code src/main/avro}; shapes are matched to it by name when
 * the classes load, so a contract component without a field stops the process before the first record.
 *
 * <p>Schemas only grow: see {@code schemas/decisions/0001-schema-ids-from-the-jar.md}. Avro's generated classes never
 * leave this package. Decides nothing, starts no thread; talks to a broker only in {@link
 * dev.baton.contract.wire.TopicSetup}.
 */
@NullMarked
package dev.baton.contract.wire;

import org.jspecify.annotations.NullMarked;
