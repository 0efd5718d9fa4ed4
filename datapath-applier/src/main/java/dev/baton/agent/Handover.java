package dev.baton.agent;

import dev.baton.datapath.DatapathException;
import dev.baton.heartbeat.HeartbeatProducer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of an agent whose node goes back to EgressGateway: it holds what it holds until EgressGateway's agent has
 * programmed the node, and then takes away what is Baton's, so that packets always find the rules of one of the two.
 */
final class Handover {
    private static final Logger log = LoggerFactory.getLogger(Handover.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** What is kept of the drain limit, so that an agent that waited in vain still says that it leaves, and lets go. */
    private static final Duration FOR_LEAVING = Duration.ofSeconds(2);

    private final AgentConfig config;
    private final AgentLoop loop;
    private final HeartbeatProducer heartbeats;
    private final long began = System.nanoTime();
    private final Duration patience;

    Handover(AgentConfig config, AgentLoop loop, HeartbeatProducer heartbeats) {
        this.config = config;
        this.loop = loop;
        this.heartbeats = heartbeats;
        patience = config.drainLimit().minus(FOR_LEAVING);
    }

    /** @return empty if the node is EgressGateway's; else the agent is to leave as usual, within this time */
    Optional<Duration> run() {
        long looked = began - LOOK_EVERY.toNanos();
        log.info("event=handover_awaited node={} limit={}ms", config.node(), patience.toMillis());
        CompletableFuture<Boolean> alone = TickWatch.isCoordinatorGone(config, heartbeats.timings());
        boolean alive = true;
        while (alive && System.nanoTime() - began < patience.toNanos()) {
            if (alone.isDone() && !alone.join()) {
                return failed("a coordinator works, or Kafka is not reached: stop all coordinators first");
            }
            if (alone.isDone() && System.nanoTime() - looked > LOOK_EVERY.toNanos()) {
                looked = System.nanoTime();
                try {
                    if (loop.handOver()) {
                        log.info(
                                "event=handed_over node={} took={}ms",
                                config.node(),
                                Duration.ofNanos(System.nanoTime() - began).toMillis());
                        return Optional.empty();
                    }
                } catch (DatapathException e) {
                    return failed(String.valueOf(e.getMessage()));
                }
            }
            alive = loop.holdOn();
        }
        return failed("EgressGateway's agent has not programmed the node in time");
    }

    private Optional<Duration> failed(String reason) {
        log.error("event=handover_failed node={} reason=\"{}\"", config.node(), reason.replace('"', '\''));
        long left = began + config.drainLimit().toNanos() - System.nanoTime();
        return Optional.of(Duration.ofNanos(Math.max(FOR_LEAVING.toNanos(), left)));
    }
}
