package dev.baton.launcher.client;

import dev.baton.contract.Decided;
import dev.baton.contract.Decision.DeclarationAccepted;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.FleetId;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Appends declarations and waits for the coordinator's answer to each. */
public final class Declarer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final WireCodec codec;
    private final FleetId fleet;
    /** Why a decision could not be read; empty: all could. */
    private String unread = "";

    /** @param client at least {@code bootstrap.servers} */
    public Declarer(Map<String, Object> client, WireCodec codec, FleetId fleet) {
        var properties = new HashMap<>(client);
        properties.put("acks", "all");
        properties.put("max.block.ms", "10000");
        properties.put("delivery.timeout.ms", "10000");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        var reading = new HashMap<>(client);
        reading.put("enable.auto.commit", "false");
        reading.put("auto.offset.reset", "earliest");
        this.consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.codec = codec;
        this.fleet = fleet;
    }

    /**
     * The answer to a declaration.
     *
     * @param offset its offset in the log
     * @param refused empty: it was accepted
     */
    public record Answer(Declaration declaration, long offset, Optional<DeclarationRefused> refused) {}

    /**
     * Appends in order and waits for all answers.
     *
     * @throws IllegalStateException if the coordinator has not answered all within the limit; they stay in the log
     */
    public List<Answer> declare(List<? extends Declaration> declarations, Duration limit) throws InterruptedException {
        var decisions = partition(Logs.DECISIONS);
        consumer.assign(List.of(decisions));
        consumer.seekToEnd(List.of(decisions));
        consumer.position(decisions);
        var asked = new TreeMap<Long, Declaration>();
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (Declaration declaration : declarations) {
            sent.add(producer.send(codec.record(Logs.DECLARATIONS, fleet, declaration)));
        }
        for (int i = 0; i < sent.size(); i++) {
            asked.put(offsetOf(sent.get(i), Logs.DECLARATIONS), declarations.get(i));
        }
        var answers = new ArrayList<Answer>();
        long deadline = System.nanoTime() + limit.toNanos();
        while (!asked.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                decided(record).ifPresent(decided -> answer(decided, asked).ifPresent(answers::add));
            }
            if (System.nanoTime() > deadline && !asked.isEmpty()) {
                throw new IllegalStateException("no coordinator answered " + asked.size() + " of "
                        + declarations.size() + " declarations within " + limit.toSeconds()
                        + "s; they stay in the log and are decided when one runs" + unread);
            }
        }
        return answers;
    }

    /** Appends in order and does not wait for answers: a coordinator may not be running yet. */
    public void append(List<? extends Declaration> declarations) throws InterruptedException {
        for (Declaration declaration : declarations) {
            send(Logs.DECLARATIONS, declaration);
        }
    }

    public void endpoints(List<? extends EndpointEntry> entries) throws InterruptedException {
        for (EndpointEntry entry : entries) {
            send(Logs.ENDPOINTS, entry);
        }
    }

    private static Optional<Answer> answer(Decided decided, Map<Long, Declaration> asked) {
        return switch (decided.decision()) {
            case DeclarationAccepted accepted ->
                Optional.ofNullable(asked.remove(accepted.origin()))
                        .map(declaration -> new Answer(declaration, accepted.origin(), Optional.empty()));
            case DeclarationRefused refused ->
                Optional.ofNullable(asked.remove(refused.origin()))
                        .map(declaration -> new Answer(declaration, refused.origin(), Optional.of(refused)));
            default -> Optional.empty();
        };
    }

    private Optional<Decided> decided(ConsumerRecord<byte[], byte[]> record) {
        try {
            Decided decided = codec.decode(Logs.DECISIONS, record.value());
            return decided.fleet().equals(fleet) ? Optional.of(decided) : Optional.empty();
        } catch (Undecodable e) {
            unread = ". Decisions were passed over that this release cannot read: " + e.getMessage();
            return Optional.empty();
        }
    }

    private <T> long send(Log<T> log, T value) throws InterruptedException {
        return offsetOf(producer.send(codec.record(log, fleet, value)), log);
    }

    private static long offsetOf(Future<RecordMetadata> sent, Log<?> log) throws InterruptedException {
        try {
            return sent.get().offset();
        } catch (ExecutionException e) {
            throw new IllegalStateException(log.topic().name() + " took no record: " + e.getCause(), e);
        }
    }

    private TopicPartition partition(Log<?> log) {
        return Partitions.source(
                log.topic(), fleet, producer.partitionsFor(log.topic().name()));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        consumer.close();
    }
}
