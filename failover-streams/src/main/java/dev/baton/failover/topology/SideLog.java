package dev.baton.failover.topology;

import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Takes the records that nobody decides by: snapshots, without which a start takes longer, excerpts, which only a
 * replay reads, and alerts, which the decisions say too. Never blocks, and may drop one: a topic that cannot be
 * written must not stop what matters.
 */
@FunctionalInterface
public interface SideLog {
    void offer(ProducerRecord<byte[], byte[]> record);
}
