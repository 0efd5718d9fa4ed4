package dev.baton.launcher.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;

/** A running Kafka in this process. */
public final class EmbeddedBroker implements AutoCloseable {
    /** Longer than any healthy start takes on a busy machine. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    /** A controller that lost its quorum gives up after 5 s; nodes that still run then end with the process. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final BrokerOptions options;
    private final Path data;
    private final List<BrokerNode> nodes;
    private final Map<Integer, KafkaRaftServer> running = new TreeMap<>();

    private EmbeddedBroker(BrokerOptions options, Path data, List<BrokerNode> nodes) {
        this.options = options;
        this.data = data;
        this.nodes = nodes;
    }

    /** Returns when every node serves requests. */
    public static EmbeddedBroker start(BrokerOptions options) {
        try {
            Path data = options.data().isPresent()
                    ? Files.createDirectories(options.data().get())
                    : Files.createTempDirectory("baton-kafka-");
            var broker = new EmbeddedBroker(options, data, nodes(options, data));
            try {
                inParallel(broker.allNodes(), broker::startNode, START_LIMIT);
            } catch (RuntimeException e) {
                broker.close();
                throw e;
            }
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException("no place for the broker's data", e);
        }
    }

    /** The value of {@code bootstrap.servers} for clients. */
    public String bootstrap() {
        return nodes.stream()
                .map(node -> options.advertisedHost() + ":" + node.port())
                .collect(Collectors.joining(","));
    }

    /** Ids of all nodes, running or not. */
    public List<Integer> allNodes() {
        return nodes.stream().map(BrokerNode::id).toList();
    }

    /** Starts a node that was stopped, on its old port and data. */
    public void startNode(int id) {
        var server = node(id).started();
        synchronized (running) {
            running.put(id, server);
        }
    }

    /** Stops one node; with a majority left the others go on. */
    public void stopNode(int id) {
        KafkaRaftServer server;
        synchronized (running) {
            server = running.remove(id);
        }
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
        }
    }

    @Override
    public void close() {
        try {
            // Stops all at once: one after the other, the last ones would wait for a quorum that is gone.
            inParallel(allNodes(), this::stopNode, STOP_LIMIT);
        } finally {
            if (options.data().isEmpty()) {
                remove(data);
            }
        }
    }

    private BrokerNode node(int id) {
        return nodes.stream().filter(node -> node.id() == id).findFirst().orElseThrow();
    }

    /** Waits for all nodes, even if one fails: none may still run when the data is removed. */
    private static void inParallel(Collection<Integer> ids, IntConsumer action, Duration limit) {
        ExecutorService threads = Executors.newCachedThreadPool(
                task -> Thread.ofPlatform().daemon().name("embedded-broker").unstarted(task));
        try {
            List<Callable<Object>> tasks = ids.stream()
                    .map(id -> Executors.callable(() -> action.accept(id)))
                    .toList();
            for (Future<?> task : threads.invokeAll(tasks, limit.toMillis(), TimeUnit.MILLISECONDS)) {
                task.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the embedded broker failed: " + e.getCause(), e.getCause());
        } catch (CancellationException e) {
            throw new IllegalStateException("the embedded broker took longer than " + limit.toSeconds() + "s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the embedded broker changed state", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<BrokerNode> nodes(BrokerOptions options, Path data) throws IOException {
        String clusterId = clusterId(data);
        List<Integer> ports =
                options.port() == 0 ? freePorts(options.listenHost(), options.nodes()) : givenPorts(options);
        List<Integer> controllers = freePorts(BrokerOptions.LOOPBACK, options.nodes());
        String voters = IntStream.range(0, options.nodes())
                .mapToObj(i -> (i + 1) + "@" + BrokerOptions.LOOPBACK + ":" + controllers.get(i))
                .collect(Collectors.joining(","));
        return IntStream.range(0, options.nodes())
                .mapToObj(i -> new BrokerNode(
                        i + 1,
                        clusterId,
                        data.resolve("node-" + (i + 1)),
                        ports.get(i),
                        controllers.get(i),
                        voters,
                        options))
                .toList();
    }

    /** Kept beside the logs: a node does not join a cluster of another id. */
    private static String clusterId(Path data) throws IOException {
        Path file = data.resolve("cluster-id");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        String id = Uuid.randomUuid().toString();
        Files.writeString(file, id + "\n");
        return id;
    }

    /** Checked here, because the server logs a whole page if a port is in use. */
    private static List<Integer> givenPorts(BrokerOptions options) throws IOException {
        List<Integer> ports = IntStream.range(options.port(), options.port() + options.nodes())
                .boxed()
                .toList();
        for (int port : ports) {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(options.listenHost(), port));
            } catch (BindException e) {
                throw new IllegalStateException(
                        "port " + port + " of " + options.listenHost() + " cannot be used: " + e.getMessage()
                                + "; port 0 takes any that is free",
                        e);
            }
        }
        return ports;
    }

    /**
     * Chooses free ports, because the server cannot report which port it got. All are held open together, so that
     * they differ.
     */
    private static List<Integer> freePorts(String host, int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getByName(host)));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("temporary data of the embedded broker stays in " + folder, e);
        }
    }
}
