package dev.baton.failover;

import dev.baton.contract.Topics;
import dev.baton.contract.wire.PartitionReader;
import dev.baton.contract.wire.WallClock;
import dev.baton.failover.topology.Pulse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a coordinator's Kafka clients anew when they are stuck: when the wall clock was set back, and when its ticks
 * do not come back although Kafka answers. A thread of its own, on the monotonic clock.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("baton.coordinator");
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    /** Below a third of the shortest time that costs a coordinator its place in the group. */
    private static final Duration SET_BACK = Duration.ofMillis(500);
    /** Sixty ticks of the default period; a coordinator that is only slow ticks more often than that. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final Pulse pulse;
    private final Map<String, Object> client;
    private final Runnable startAnew;
    private final WallClock wallClock = new WallClock(System::currentTimeMillis, System::nanoTime);
    private final CountDownLatch closing = new CountDownLatch(1);

    /** @param client of Kafka, at least {@code bootstrap.servers} */
    Watchdog(Pulse pulse, Map<String, Object> client, Runnable startAnew) {
        this.pulse = pulse;
        this.client = Map.copyOf(client);
        this.startAnew = startAnew;
    }

    void start() {
        var thread = new Thread(this::run, "coordinator-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        Duration back = wallClock.setBack();
        if (back.compareTo(SET_BACK) > 0) {
            LOG.warn("event=wall_clock_set_back by={}ms action=new_clients", back.toMillis());
            startAnew.run();
        } else if (pulse.silence().compareTo(SILENCE) > 0 && kafkaAnswers()) {
            LOG.error(
                    "event=ticks_missing silence={}ms action=new_clients",
                    pulse.silence().toMillis());
            pulse.ended();
            startAnew.run();
        }
    }

    private boolean kafkaAnswers() {
        try (var reader = new PartitionReader(client)) {
            return reader.end(new TopicPartition(Topics.HEARTBEATS.name(), 0)) >= 0;
        } catch (KafkaException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
