package dev.baton.xds;

import dev.baton.xds.resource.Resources;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Serves views to Envoys and gRPC clients (ADS).
 *
 * @param <K> what a view is for, such as a caller and a kind of client
 */
public final class AdsServer<K> implements AutoCloseable {
    /** Envoys ask every 2 to 5 s whether we are there; who asks more often than allowed is sent away. */
    private static final long ASKED_AT_MOST_EVERY_S = 1;

    /** So that a client that is gone without a word is noticed. */
    private static final long ASK_EVERY_S = 10;

    private static final long WAIT_FOR_ANSWER_S = 5;
    private static final long CLOSE_WITHIN_S = 5;

    private final ExecutorService loop = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("baton-xds").daemon().factory());
    private final Connections<K> connections;
    private Optional<Server> server = Optional.empty();

    /** @param keyOf which view a client sees */
    public AdsServer(Function<Client, K> keyOf, Answers answers) {
        this.connections = new Connections<>(keyOf, answers);
    }

    /** From now on clients of this key see this view. There is no way to take one away: it would empty them. */
    public void show(K key, Resources view) {
        loop.execute(() -> connections.show(key, view));
    }

    /** To be called when all views were shown: whoever connects is told that what is not there is gone. */
    public void open(InetSocketAddress at) throws IOException {
        if (server.isPresent()) {
            throw new IllegalStateException("the server is open already, at port " + port());
        }
        server = Optional.of(NettyServerBuilder.forAddress(at)
                .addService(new AdsService<>(loop, connections))
                .directExecutor()
                .permitKeepAliveTime(ASKED_AT_MOST_EVERY_S, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(ASK_EVERY_S, TimeUnit.SECONDS)
                .keepAliveTimeout(WAIT_FOR_ANSWER_S, TimeUnit.SECONDS)
                .build()
                .start());
    }

    public int port() {
        return server.map(Server::getPort).orElseThrow(() -> new IllegalStateException("the server is not open"));
    }

    @Override
    public void close() {
        try {
            if (server.isPresent()) {
                server.get().shutdownNow().awaitTermination(CLOSE_WITHIN_S, TimeUnit.SECONDS);
            }
            loop.shutdown();
            loop.awaitTermination(CLOSE_WITHIN_S, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
