package dev.baton.launcher.lab;

import dev.baton.contract.Decided;
import dev.baton.contract.Declaration;
import dev.baton.contract.EndpointEntry;
import dev.baton.contract.FleetId;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.Sequenced;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.replay.LogEntry;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.replay.Replay;
import dev.baton.failover.replay.Sentences;
import dev.baton.launcher.Connection;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Reads and writes the logs from the management network's namespace. Kafka's clients make their connections on the
 * threads that call them, or on threads that those create; so both threads here were created inside the namespace.
 */
final class Fleet implements AutoCloseable {
    static final FleetId ID = new FleetId("default");
    private static final Duration ANSWERS = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final String bootstrap;
    private final WireCodec codec = WireCodec.bundled();
    private final ExecutorService calls;
    private final Consumer<String> tell;
    private final Thread follower;
    private volatile Optional<FleetState> state = Optional.empty();
    private volatile boolean closed;

    /** Everything that is in the logs. */
    record Logbook(
            List<LogEntry<LivenessEvent>> heartbeats,
            List<LogEntry<Sequenced>> fleet,
            List<LogEntry<Decided>> decisions) {}

    /** @param tell is notified of each decision */
    Fleet(Namespaces namespaces, String bootstrap, Consumer<String> tell) {
        this.bootstrap = bootstrap;
        this.tell = tell;
        this.calls = namespaces.make(Network.SWITCH, () -> {
            ExecutorService made = Executors.newSingleThreadExecutor(task -> daemon(task, "lab-logs"));
            made.submit(() -> true).get(); // the executor's thread is created by this one, and so inside the namespace
            return made;
        });
        this.follower = namespaces.make(Network.SWITCH, () -> {
            Thread thread = daemon(this::follow, "lab-follower");
            thread.start();
            return thread;
        });
    }

    private static Thread daemon(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void follow() {
        try (var log = new FleetFollower(Connection.client(bootstrap), codec, ID)) {
            while (!closed) {
                log.poll(
                        POLL,
                        (offset, at, entry, outcome) -> outcome.decisions()
                                .forEach(decision -> tell.accept(TIME.format(at) + "  " + Sentences.of(decision))));
                state = Optional.of(log.state());
            }
        } catch (InterruptException e) {
            Thread.currentThread().interrupt(); // the lab is closing
        }
    }

    /** Empty until the log was read for the first time. */
    Optional<FleetState> state() {
        return state;
    }

    boolean isReady(NodeId node) {
        return state.map(FleetState::nodes)
                .flatMap(nodes -> nodes.get(node))
                .filter(known -> known.shown() == TunnelPhase.READY && !known.isToBeEmptied() && !known.leaving())
                .isPresent();
    }

    void declare(List<? extends Declaration> declarations, List<? extends EndpointEntry> endpoints) {
        call(() -> {
            try (var declarer = new Declarer(Connection.client(bootstrap), codec, ID)) {
                for (Declarer.Answer answer : declarer.declare(declarations, ANSWERS)) {
                    if (answer.refused().isPresent()) {
                        throw new IllegalStateException(answer.refused().get().toString());
                    }
                }
                declarer.endpoints(endpoints);
                return true;
            }
        });
    }

    Logbook read() {
        return call(() -> {
            try (var reader = new LogReader(Connection.client(bootstrap), codec, ID)) {
                // Decisions are read first, so that none that is made in the meantime looks missing.
                var decisions = reader.read(Logs.DECISIONS);
                var fleet = reader.read(Logs.FLEET);
                return new Logbook(reader.read(Logs.HEARTBEATS), fleet, decisions);
            }
        });
    }

    /** How many heartbeats in a row, up to the latest, say that the node's lease counts on this timeout. */
    long heartbeatsStating(NodeId node, Duration evictionTimeout) {
        return read().heartbeats().reversed().stream()
                .map(LogEntry::value)
                .filter(Heartbeat.class::isInstance)
                .map(Heartbeat.class::cast)
                .filter(heartbeat -> heartbeat.node().equals(node))
                .takeWhile(heartbeat -> heartbeat.evictionTimeout().equals(evictionTimeout))
                .count();
    }

    /** Folds the logs again and compares. */
    List<Replay.Report> replay() {
        Logbook book = read();
        var replay = new Replay(codec);
        return List.of(
                replay.coordination(ID, book.fleet(), book.decisions(), 0),
                replay.liveness(ID, book.heartbeats(), book.fleet()));
    }

    private <T> T call(Callable<T> work) {
        try {
            return calls.submit(work).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the logs cannot be used: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while using the logs", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        follower.interrupt();
        calls.shutdownNow();
    }
}
