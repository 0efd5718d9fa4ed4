package dev.baton.xds;

import dev.baton.xds.resource.Resources;
import dev.baton.xds.stream.Wire;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;

/** One stream, on the server's thread. While it takes nothing it is sent nothing, and afterwards all that changed. */
final class Connection<K, Q, R> {
    private final Connections<K> connections;
    private final Wire<Q, R> wire;
    private final ServerCallStreamObserver<R> client;
    private Optional<Client> who = Optional.empty();

    Connection(Connections<K> connections, Wire<Q, R> wire, ServerCallStreamObserver<R> client) {
        this.connections = connections;
        this.wire = wire;
        this.client = client;
    }

    void receive(Q request) {
        if (who.isEmpty()) {
            Optional<Node> node = wire.node(request);
            if (node.isEmpty()) {
                client.onError(Status.INVALID_ARGUMENT
                        .withDescription("node: missing; the first request of a stream must have it")
                        .asRuntimeException());
                return;
            }
            var newcomer = Client.of(node.get());
            who = Optional.of(newcomer);
            connections.seen(newcomer, this);
        }
        Client asking = who.get();
        wire.receive(request).ifPresent(answer -> connections.answered(asking, answer));
        flush();
        client.request(1);
    }

    void show(Resources view) {
        wire.show(view);
        flush();
    }

    void flush() {
        if (client.isReady() && !client.isCancelled()) {
            wire.due().forEach(client::onNext);
        }
    }

    void end() {
        who.ifPresent(gone -> connections.gone(gone, this));
        who = Optional.empty();
    }

    /** Its side is done, so is ours. */
    void complete() {
        end();
        if (!client.isCancelled()) {
            client.onCompleted();
        }
    }
}
