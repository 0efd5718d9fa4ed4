package dev.baton.failover.topology;

import dev.baton.contract.Rules;
import dev.baton.contract.Topic;
import dev.baton.failover.runner.Write;
import org.apache.kafka.streams.processor.api.Record;

/** Which record a write is, and to which sink of the topology it goes. */
@FunctionalInterface
interface Sinks {
    /** @param rules in force, in whose format it is written */
    Sent of(Shell shell, Write write, Rules rules);

    sealed interface Sent {
        Record<byte[], byte[]> record();

        record ToSink(Record<byte[], byte[]> record, String sink) implements Sent {}

        /** To {@link SideLog}. */
        record Aside(Record<byte[], byte[]> record, Topic log) implements Sent {}
    }
}
