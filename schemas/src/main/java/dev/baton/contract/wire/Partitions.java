package dev.baton.contract.wire;

import dev.baton.contract.FleetId;
import dev.baton.contract.Topic;
import dev.baton.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Where a fleet lives: the same partition in every log, for ever. Part of the logs' identity, never changed. */
public final class Partitions {
    private Partitions() {}

    /**
     * Its number. By the count that the logs were made with: one that somebody adds later would tear a fleet in two.
     */
    public static int of(FleetId fleet) {
        return of(fleet, Topics.PARTITIONS);
    }

    /** Its number among so many. */
    public static int of(FleetId fleet, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("partitions=" + count + " must be positive");
        }
        var sum = new CRC32C();
        sum.update(fleet.value().getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % count);
    }

    /**
     * The fleet's part of a log.
     *
     * @param known what a Kafka client's {@code partitionsFor} says of the topic
     * @throws UnknownTopicOrPartitionException if the topic is not made yet
     */
    public static TopicPartition source(Topic topic, FleetId fleet, @Nullable List<PartitionInfo> known) {
        if (known == null || known.isEmpty()) {
            throw new UnknownTopicOrPartitionException(
                    "topic " + topic.name() + " does not exist: the coordinator makes the logs when it starts");
        }
        return new TopicPartition(topic.name(), of(fleet));
    }
}
