package dev.baton.e2e.envoy;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import dev.baton.contract.mesh.EndpointAddress;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Answers every call with its name. */
final class GrpcBackend implements AutoCloseable {
    private static final MethodDescriptor<Empty, StringValue> WHO = MethodDescriptor.<Empty, StringValue>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("test.Backend", "Who"))
            .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
            .build();

    private final Server server;

    GrpcBackend(String name) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("test.Backend")
                        .addMethod(WHO, ServerCalls.asyncUnaryCall((_, answer) -> {
                            answer.onNext(StringValue.of(name));
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
    }

    /** Who answers. */
    static String who(Channel channel) {
        return ClientCalls.blockingUnaryCall(
                        channel,
                        WHO,
                        CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                        Empty.getDefaultInstance())
                .getValue();
    }

    EndpointAddress address() {
        return new EndpointAddress("127.0.0.1", server.getPort());
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
