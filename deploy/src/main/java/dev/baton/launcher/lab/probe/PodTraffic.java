package dev.baton.launcher.lab.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What one pod sends, in both families: a datagram from a fresh socket each {@value #PERIOD_MS} ms, a new connection
 * each hundred, and a connection that stays. Its sockets belong to the namespace of the thread that starts it.
 */
public final class PodTraffic implements AutoCloseable {
    private static final int PERIOD_MS = 4;
    private static final int TURNS_PER_MESSAGE = 3;
    private static final int TURNS_PER_CONNECT = 25;
    /** A lost SYN is repeated after one second. */
    private static final long CONNECT_LIMIT_NANOS = 1_000_000_000;

    private final String name;
    private final List<Way> ways;
    private volatile boolean closed;

    /** One family's way to the server. */
    private static final class Way {
        final InetSocketAddress server;
        final StandardProtocolFamily family;
        final ProbeStream stream;
        final EchoFlow flow;
        final Deque<Attempt> attempts = new ArrayDeque<>();

        Way(InetSocketAddress server, ProbeStream stream) {
            this.server = server;
            this.stream = stream;
            this.family = server.getAddress().getAddress().length == 4
                    ? StandardProtocolFamily.INET
                    : StandardProtocolFamily.INET6;
            this.flow = new EchoFlow(new InetSocketAddress(server.getAddress(), ExternalServer.FLOW_PORT));
        }
    }

    private record Attempt(SocketChannel channel, long sinceNanos) {}

    /** Starts at once. */
    public PodTraffic(
            String name,
            InetSocketAddress server4,
            ProbeStream stream4,
            InetSocketAddress server6,
            ProbeStream stream6) {
        this.name = name;
        this.ways = List.of(new Way(server4, stream4), new Way(server6, stream6));
        var thread = new Thread(this::send, "lab-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    public String name() {
        return name;
    }

    /** Datagrams, IPv4 first. */
    public List<ProbeStream> streams() {
        return ways.stream().map(way -> way.stream).toList();
    }

    /** Begins the staying connections anew. */
    public void renewFlows() {
        ways.forEach(way -> way.flow.renew());
    }

    /** What has not got through since; empty when all has. */
    public List<String> missingSince(long nanos) {
        var missing = new ArrayList<String>();
        for (Way way : ways) {
            if (!way.stream.isFlowingAfter(nanos)) {
                missing.add(name + " " + way.family + " datagrams");
            }
            if (!way.flow.isAnsweredAfter(nanos)) {
                missing.add(name + " " + way.family + " connection");
            }
        }
        return missing;
    }

    /** The worse of the two families. */
    public Duration longestStall(long fromNanos, long toNanos) {
        return ways.stream()
                .map(way -> way.flow.longestStall(fromNanos, toNanos))
                .max(Duration::compareTo)
                .orElseThrow();
    }

    /** Connections that were reset, those that stay and new ones. */
    public int resets(long fromNanos, long toNanos) {
        return ways.stream()
                .mapToInt(way -> way.flow.resets(fromNanos, toNanos))
                .sum();
    }

    private void send() {
        long due = System.nanoTime();
        for (long turn = 0; !closed; turn++) {
            for (Way way : ways) {
                turn(way, turn);
            }
            due += PERIOD_MS * 1_000_000L;
            long left = due - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(left);
            } else if (left < -100_000_000) {
                due = System.nanoTime(); // the machine was busy; there is no catching up
            }
        }
        ways.forEach(way -> way.flow.close());
    }

    private void turn(Way way, long turn) {
        probe(way);
        if (turn % TURNS_PER_MESSAGE == 0) {
            way.flow.turn();
        }
        if (turn % TURNS_PER_CONNECT == 0) {
            connect(way);
        }
        finish(way);
    }

    private static void probe(Way way) {
        try (DatagramChannel fresh = DatagramChannel.open(way.family)) {
            fresh.configureBlocking(false);
            fresh.send(way.stream.take(System.nanoTime()), way.server);
        } catch (IOException e) {
            return; // it counts as lost, as any other that does not arrive
        }
    }

    private void connect(Way way) {
        try {
            SocketChannel fresh = SocketChannel.open();
            fresh.configureBlocking(false);
            way.attempts.add(new Attempt(fresh, System.nanoTime()));
            fresh.connect(way.server);
        } catch (IOException e) {
            return; // new connections are only traffic: whether they succeed is not judged
        }
    }

    private void finish(Way way) {
        way.attempts.removeIf(attempt -> {
            boolean over = System.nanoTime() - attempt.sinceNanos() > CONNECT_LIMIT_NANOS;
            try {
                over = over || attempt.channel().finishConnect();
            } catch (IOException e) {
                over = true; // refused or reset
            }
            if (over) {
                close(attempt.channel());
            }
            return over;
        });
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // closed either way
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
