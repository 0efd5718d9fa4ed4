package dev.baton.prober;

import dev.baton.prober.Outcome.Failed;
import dev.baton.prober.Outcome.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;

/** The answer to gRPC's {@code Check}: HTTP's status, one message, and gRPC's own status in the trailers. */
final class GrpcAnswer implements Http2Answer {
    private static final String OK = "0";

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private String http = "";
    private String grpc = "";
    private String message = "";

    @Override
    public void headers(Http2Headers headers) {
        http = text(headers, ":status", http);
        grpc = text(headers, "grpc-status", grpc);
        message = text(headers, "grpc-message", message);
    }

    private static String text(Http2Headers headers, String name, String otherwise) {
        CharSequence value = headers.get(name);
        return value == null ? otherwise : value.toString();
    }

    @Override
    public void data(ByteBuf data) {
        if (body.size() <= Conversation.READ_AT_MOST) {
            byte[] bytes = new byte[data.readableBytes()];
            data.readBytes(bytes);
            body.writeBytes(bytes);
        }
    }

    @Override
    public Outcome end() {
        if (!http.equals("200")) {
            return http.isEmpty()
                    ? Failures.malformed("an answer without a status")
                    : new Failed(Reason.BAD_STATUS, "status " + http);
        }
        if (grpc.isEmpty()) {
            return Failures.malformed("an answer without a grpc-status");
        }
        return grpc.equals(OK)
                ? GrpcHealth.outcome(body.toByteArray())
                : new Failed(Reason.NOT_SERVING, "grpc-status " + grpc + (message.isEmpty() ? "" : ": " + message));
    }
}
