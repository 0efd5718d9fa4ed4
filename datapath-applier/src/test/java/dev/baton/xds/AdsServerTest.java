package dev.baton.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Any;
import dev.baton.contract.mesh.Locality;
import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import dev.baton.xds.stream.Answer;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections: who is let in, what it is shown, and what is reported of it. */
class AdsServerTest {
    private static final long LIMIT_S = 20;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final BlockingQueue<String> reported = new LinkedBlockingQueue<>();
    private final AdsServer<String> server = new AdsServer<>(Client::cluster, new Reported(reported));
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        server.open(ANY_PORT);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.close();
    }

    private static Resources clusters(String name, long version) {
        return Resources.of(List.of(new Resource(ResourceType.CLUSTER, name, version, Any.getDefaultInstance())));
    }

    private static DeltaDiscoveryRequest.Builder allClusters() {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.CLUSTER.url());
    }

    private static DeltaDiscoveryRequest asking(String cluster) {
        return allClusters()
                .setNode(Node.newBuilder().setId("edge-1").setCluster(cluster).setUserAgentName("envoy"))
                .build();
    }

    private Stream stream() {
        var told = new Told(new LinkedBlockingQueue<>());
        return new Stream(AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(told), told);
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        return String.valueOf(queue.poll(LIMIT_S, TimeUnit.SECONDS));
    }

    @Test
    void eachClientSeesTheViewOfItsKey() throws InterruptedException {
        server.show("one", clusters("a", 1));
        server.show("other", clusters("b", 2));
        var one = stream();
        one.asks().onNext(asking("one"));
        assertEquals("a1", next(one.told().all()));
        var other = stream();
        other.asks().onNext(asking("other"));
        assertEquals("b2", next(other.told().all()));
        server.show("one", clusters("a", 3));
        assertEquals("a3", next(one.told().all()));
    }

    @Test
    void aClientWhoseViewIsNotThereYetIsToldNothingUntilItIs() throws InterruptedException {
        var stream = stream();
        stream.asks().onNext(asking("late"));
        assertEquals("seen edge-1", next(reported));
        server.show("late", clusters("a", 1));
        assertEquals("a1", next(stream.told().all()));
    }

    @Test
    void aStreamThatDoesNotSayWhoItIsIsRefused() throws InterruptedException {
        var stream = stream();
        stream.asks().onNext(allClusters().build());
        assertEquals("INVALID_ARGUMENT", next(stream.told().all()));
    }

    @Test
    void whatAClientUsesAndThatItGoesIsReported() throws InterruptedException {
        server.show("one", clusters("a", 7));
        var stream = stream();
        stream.asks().onNext(asking("one"));
        assertEquals("a7", next(stream.told().all()));
        stream.asks().onNext(allClusters().setResponseNonce("1").build());
        assertEquals("seen edge-1", next(reported));
        assertEquals("CLUSTER {a=7}", next(reported));
        stream.asks().onCompleted();
        assertEquals("gone edge-1", next(reported));
    }

    @Test
    void aClientThatBreaksOffIsReportedOnce() throws InterruptedException {
        server.show("one", clusters("a", 7));
        var stream = stream();
        stream.asks().onNext(asking("one"));
        assertEquals("a7", next(stream.told().all()));
        stream.asks().onError(Status.CANCELLED.asRuntimeException());
        assertEquals("seen edge-1", next(reported));
        assertEquals("gone edge-1", next(reported));
        server.close();
        assertEquals(List.of(), List.copyOf(reported));
    }

    @Test
    void aServerIsOpenedOnce() {
        var refused = assertThrows(IllegalStateException.class, () -> server.open(ANY_PORT));
        assertEquals("the server is open already, at port " + server.port(), refused.getMessage());
    }

    @Test
    void aNodeIsReadWithItsPlace() {
        var node = Node.newBuilder().setId("n").setCluster("c").setUserAgentName("gRPC Java");
        node.getLocalityBuilder().setRegion("eu").setZone("a");
        assertEquals(new Client("n", "c", new Locality("eu", "a"), "gRPC Java"), Client.of(node.build()));
    }

    private record Stream(StreamObserver<DeltaDiscoveryRequest> asks, Told told) {}

    private record Told(BlockingQueue<String> all) implements StreamObserver<DeltaDiscoveryResponse> {
        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            response.getResourcesList().forEach(resource -> all.add(resource.getName() + resource.getVersion()));
        }

        @Override
        public void onError(Throwable error) {
            all.add(Status.fromThrowable(error).getCode().toString());
        }

        @Override
        public void onCompleted() {
            all.add("completed");
        }
    }

    private record Reported(BlockingQueue<String> all) implements Answers {
        @Override
        public void seen(Client client) {
            all.add("seen " + client.id());
        }

        @Override
        public void gone(Client client) {
            all.add("gone " + client.id());
        }

        @Override
        public void answered(Client client, Answer answer) {
            all.add(answer.type() + " " + answer.versions());
        }
    }
}
