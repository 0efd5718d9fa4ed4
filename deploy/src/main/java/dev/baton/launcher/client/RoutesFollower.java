package dev.baton.launcher.client;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.RouteInForce;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Partitions;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes in force of a mesh, from the log alone: no coordinator needs to run. */
public final class RoutesFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("baton.routes");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final WireCodec codec;
    private final FleetId mesh;
    private final TopicPartition source;
    private final TreeMap<String, RouteInForce> routes = new TreeMap<>();

    /** @param client at least {@code bootstrap.servers} */
    public RoutesFollower(Map<String, Object> client, WireCodec codec, FleetId mesh) {
        var properties = new HashMap<>(client);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        properties.put("fetch.max.wait.ms", "100");
        properties.put("reconnect.backoff.max.ms", "500");
        this.codec = codec;
        this.mesh = mesh;
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            String topic = Logs.ROUTES.topic().name();
            this.source = Partitions.source(Logs.ROUTES.topic(), mesh, consumer.partitionsFor(topic));
            consumer.assign(List.of(source));
            consumer.seekToBeginning(List.of(source));
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Reads what has come, and waits for the first record at most this long.
     *
     * @return whether a route has changed
     */
    public boolean poll(Duration wait) {
        boolean changed = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            changed |= take(record);
        }
        return changed;
    }

    /** Whether the log was read to where it ended a moment ago. */
    public boolean isCaughtUp() {
        return consumer.currentLag(source).orElse(1) == 0;
    }

    /** One for each destination and caller. */
    public Collection<RouteInForce> routes() {
        return Collections.unmodifiableCollection(routes.values());
    }

    private boolean take(ConsumerRecord<byte[], byte[]> record) {
        try {
            Key key = Key.of(record.key());
            if (!key.fleet().equals(mesh)) {
                return false;
            }
            if (record.value() == null) {
                return routes.remove(key.entity()) != null;
            }
            RouteInForce next = codec.decode(Logs.ROUTES, record.value());
            RouteInForce before = routes.get(key.entity());
            // A coordinator that was replaced may have spoken late.
            if (before != null && before.epoch().number() >= next.epoch().number()) {
                return false;
            }
            routes.put(key.entity(), next);
            return true;
        } catch (Undecodable | IllegalArgumentException e) {
            LOG.warn("event=route_undecodable at={}@{} reason=\"{}\"", source, record.offset(), e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
