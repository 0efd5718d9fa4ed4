package dev.baton.launcher.lab.probe;

import dev.baton.contract.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The host outside the cluster: notes number, source and time of each probe, and echoes what connections send. Its
 * sockets belong to the namespace of the thread that makes it.
 */
public final class ExternalServer implements AutoCloseable {
    public static final int PORT = 9000;
    /**
     * Of connections that stay. One of its own: a new holder that lately translated hundreds of short connections to
     * the same port still has theirs on its books, may have to give a staying one another source port, and so reset it.
     */
    public static final int FLOW_PORT = 9001;

    private static final int RECEIVE_BUFFER = 4 << 20;

    private final Selector selector;
    private final Map<Long, ProbeStream> streams = new ConcurrentHashMap<>();
    private final Sightings connections;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private volatile boolean closed;

    /** @param expected the EIPs, the only sources that connections may have */
    public ExternalServer(List<String> addresses, Set<IpAddress> expected) throws IOException {
        selector = Selector.open();
        connections = new Sightings(expected);
        for (String address : addresses) {
            var local = new InetSocketAddress(InetAddress.getByName(address), PORT);
            var family = address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
            DatagramChannel datagrams = DatagramChannel.open(family);
            datagrams.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            datagrams.bind(local).configureBlocking(false).register(selector, SelectionKey.OP_READ);
            listen(family, local);
            listen(family, new InetSocketAddress(local.getAddress(), FLOW_PORT));
        }
        var thread = new Thread(this::serve, "lab-server");
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.start();
    }

    private void listen(StandardProtocolFamily family, InetSocketAddress local) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(family);
        listener.bind(local, 256).configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    }

    public ProbeStream stream(IpAddress expected) {
        long id = streams.size();
        var stream = new ProbeStream(id, expected);
        streams.put(id, stream);
        return stream;
    }

    /** Sources of TCP connections. */
    public Sightings connections() {
        return connections;
    }

    private void serve() {
        while (!closed) {
            try {
                selector.select(key -> {
                    try {
                        serve(key);
                    } catch (IOException e) {
                        cancel(key); // that connection is over; whether it should be, its client knows
                    }
                });
            } catch (IOException e) {
                throw new IllegalStateException("the external server of the lab ended", e);
            }
        }
    }

    private void serve(SelectionKey key) throws IOException {
        switch (key.channel()) {
            case DatagramChannel datagrams -> note(datagrams);
            case ServerSocketChannel listener -> accept(listener);
            case SocketChannel connection -> echo(key, connection);
            default -> throw new IllegalStateException("unknown channel " + key.channel());
        }
    }

    private void note(DatagramChannel datagrams) throws IOException {
        buffer.clear();
        while (datagrams.receive(buffer) instanceof InetSocketAddress from) {
            long now = System.nanoTime();
            buffer.flip();
            if (buffer.remaining() == ProbeStream.BYTES) {
                ProbeStream stream = streams.get(buffer.getLong());
                if (stream != null) {
                    stream.seen(buffer.getLong(), now, source(from));
                }
            }
            buffer.clear();
        }
    }

    private void accept(ServerSocketChannel listener) throws IOException {
        SocketChannel connection = listener.accept();
        while (connection != null) {
            connections.add(System.nanoTime(), source((InetSocketAddress) connection.getRemoteAddress()));
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            connection = listener.accept();
        }
    }

    private void echo(SelectionKey key, SocketChannel connection) throws IOException {
        buffer.clear();
        int read = connection.read(buffer);
        if (read < 0) {
            cancel(key);
            return;
        }
        buffer.flip();
        // A client that does not read what it asked for is gone: its messages are few bytes.
        while (buffer.hasRemaining() && connection.write(buffer) > 0) {
            Thread.onSpinWait();
        }
    }

    private static void cancel(SelectionKey key) {
        key.cancel();
        try {
            key.channel().close();
        } catch (IOException e) {
            return; // it is closed either way
        }
    }

    private static IpAddress source(InetSocketAddress from) {
        String text = from.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return IpAddress.parse(zone < 0 ? text : text.substring(0, zone));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
