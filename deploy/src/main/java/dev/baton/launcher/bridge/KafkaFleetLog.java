package dev.baton.launcher.bridge;

import dev.baton.bridge.FleetLog;
import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.NodeId;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.Key;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.launcher.client.FleetFollower;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logs in Kafka. Folds the fleet log with the coordinator's own fold to know what was decided. */
public final class KafkaFleetLog implements FleetLog {
    private static final Logger log = LoggerFactory.getLogger(KafkaFleetLog.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
    /** How far back heartbeats are read. Of a node that has sent nothing for longer, the last time is already known. */
    private static final Duration HEARTBEATS_BACK = Duration.ofSeconds(2);

    private final Map<String, Object> client;
    private final WireCodec codec;
    private final FleetId fleet;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<NodeId, Instant> heard = new HashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    /** @param client at least {@code bootstrap.servers} */
    public KafkaFleetLog(Map<String, Object> client, WireCodec codec, FleetId fleet) {
        this.client = Map.copyOf(client);
        this.codec = codec;
        this.fleet = fleet;
        var settings = new HashMap<>(client);
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("linger.ms", "5");
        // Limits how long the bridge's thread waits, and how long the producer retries.
        settings.put("max.block.ms", "3000");
        settings.put("delivery.timeout.ms", "10000");
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void follow(Follower follower) {
        var thread = new Thread(() -> followOn(follower), "bridge-fleet");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Starts again from a snapshot if Kafka was away for long or the logs do not exist yet. */
    private void followOn(Follower follower) {
        while (!closed) {
            try (var following = new FleetFollower(client, codec, fleet)) {
                var told = new ArrayList<Announced>();
                FleetFollower.Listener listener = (offset, at, entry, outcome) -> {
                    for (int i = 0; i < outcome.decisions().size(); i++) {
                        told.add(new Announced(
                                at,
                                new Decided(
                                        fleet, offset, i, outcome.decisions().get(i))));
                    }
                };
                // A state that is only half caught up would look like missing objects.
                following.catchUp(listener);
                tell(follower, following.state(), told);
                while (!closed) {
                    following.poll(POLL, listener);
                    if (!told.isEmpty()) {
                        tell(follower, following.state(), told);
                    }
                }
            } catch (KafkaException | IllegalStateException e) {
                if (!closed) {
                    log.warn("event=fleet_log_away reason=\"{}\"", String.valueOf(e.getMessage()));
                    pause();
                }
            }
        }
    }

    private static void tell(Follower follower, FleetState state, List<Announced> told) {
        follower.moved(state.lineage(), () -> state.snapshot(0), List.copyOf(told));
        told.clear();
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void append(Declaration declaration, Outcome outcome) {
        send(Logs.DECLARATIONS, declaration, outcome);
    }

    @Override
    public void append(EndpointEntry entry, Outcome outcome) {
        send(Logs.ENDPOINTS, entry, outcome);
    }

    private <T> void send(Log<T> to, T value, Outcome outcome) {
        try {
            producer.send(codec.record(to, fleet, value), (appended, failure) -> {
                if (failure == null) {
                    outcome.appended(appended.offset());
                } else {
                    outcome.failed(String.valueOf(failure.getMessage()));
                }
            });
        } catch (KafkaException | IllegalArgumentException e) {
            outcome.failed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Collection<EndpointEntry> endpoints() {
        var latest = new LinkedHashMap<Key, EndpointEntry>();
        try (var reader = new LogReader(client, codec, fleet)) {
            for (LogEntry<EndpointEntry> entry : reader.read(Logs.ENDPOINTS)) {
                latest.put(Logs.ENDPOINTS.keyOf(fleet, entry.value()), entry.value());
            }
        }
        return latest.values();
    }

    @Override
    public Map<NodeId, Instant> lastHeartbeats() {
        try (var reader = new PartitionReader(client)) {
            TopicPartition source = reader.source(Topics.HEARTBEATS, fleet);
            long from = reader.since(source, Instant.now().minus(HEARTBEATS_BACK));
            reader.read(source, from, reader.end(source), record -> {
                try {
                    if (codec.decode(Logs.HEARTBEATS, record.value()) instanceof Heartbeat heartbeat) {
                        heard.put(heartbeat.node(), Instant.ofEpochMilli(record.timestamp()));
                    }
                } catch (Undecodable e) {
                    log.debug("event=undecodable offset={}", record.offset());
                }
            });
        }
        return Map.copyOf(heard);
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join(CLOSE_LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        producer.close(CLOSE_LIMIT);
    }
}
