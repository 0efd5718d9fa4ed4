package dev.baton.xds;

import dev.baton.xds.stream.DeltaWire;
import dev.baton.xds.stream.SotwWire;
import dev.baton.xds.stream.Wire;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;

/** Hands all that gRPC says to the server's thread. */
final class AdsService<K> extends AggregatedDiscoveryServiceImplBase {
    private final Executor loop;
    private final Connections<K> connections;

    AdsService(Executor loop, Connections<K> connections) {
        this.loop = loop;
        this.connections = connections;
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
            StreamObserver<DeltaDiscoveryResponse> client) {
        return accept(new DeltaWire(), client);
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(StreamObserver<DiscoveryResponse> client) {
        return accept(new SotwWire(), client);
    }

    private <Q, R> StreamObserver<Q> accept(Wire<Q, R> wire, StreamObserver<R> observer) {
        var client = (ServerCallStreamObserver<R>) observer;
        var connection = new Connection<K, Q, R>(connections, wire, client);
        // One request at a time, so a client that asks faster than it is answered waits.
        client.disableAutoRequest();
        client.setOnReadyHandler(() -> loop.execute(connection::flush));
        client.setOnCancelHandler(() -> loop.execute(connection::end));
        client.request(1);
        return new StreamObserver<>() {
            @Override
            public void onNext(Q request) {
                loop.execute(() -> connection.receive(request));
            }

            @Override
            public void onError(Throwable error) {
                loop.execute(connection::end);
            }

            @Override
            public void onCompleted() {
                loop.execute(connection::complete);
            }
        };
    }
}
