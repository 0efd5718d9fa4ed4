package dev.baton.prober;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Probe;
import dev.baton.prober.Outcome.Failed;
import dev.baton.prober.Outcome.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.util.Optional;
import java.util.function.Supplier;

/** Requests over HTTP/2 that begins at once, a stream for each, on a connection that is kept. */
final class Http2Conversation extends Conversation {
    private final Http2Headers request;
    private final byte[] body;
    private final Supplier<Http2Answer> answers;
    private final Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
            .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
            // A probe that is over waits for nothing.
            .gracefulShutdownTimeoutMillis(0)
            .build();

    private final Streams streams = new Streams();
    private Optional<Http2FrameStream> stream = Optional.empty();
    private Http2Answer answer;
    private long bytes;
    private boolean leaving;

    private Http2Conversation(Http2Headers request, byte[] body, Supplier<Http2Answer> answers) {
        this.request = request;
        this.body = body;
        this.answers = answers;
        this.answer = answers.get();
    }

    static Http2Conversation get(Probe.Http question, EndpointAddress endpoint) {
        Http2Headers request = new DefaultHttp2Headers()
                .method("GET")
                .scheme("http")
                .authority(RequestText.authority(question.host(), endpoint))
                .path(RequestText.escaped(question.path()))
                .add("user-agent", RequestText.AGENT)
                .add("accept", "*/*");
        return new Http2Conversation(request, new byte[0], () -> new GetAnswer(question));
    }

    static Http2Conversation check(Probe.Grpc question, EndpointAddress endpoint) {
        Http2Headers request = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .authority(RequestText.authority("", endpoint))
                .path(GrpcHealth.PATH)
                .add("user-agent", RequestText.AGENT)
                .add("content-type", "application/grpc")
                .add("te", "trailers");
        return new Http2Conversation(request, GrpcHealth.request(question.service()), GrpcAnswer::new);
    }

    @Override
    void addCodec(ChannelPipeline pipeline) {
        pipeline.addLast(codec, streams);
    }

    @Override
    void write(Channel channel) {
        Http2FrameStream asked = streams.next();
        stream = Optional.of(asked);
        answer = answers.get();
        bytes = 0;
        var _ = channel.write(new DefaultHttp2HeadersFrame(request, body.length == 0).stream(asked))
                .addListener((ChannelFuture written) -> {
                    if (!written.isSuccess() && isCurrent(asked)) {
                        broken(channel, Failures.asking(written.cause()));
                    }
                });
        if (body.length > 0) {
            var _ = channel.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true).stream(asked));
        }
        channel.flush();
    }

    @Override
    void read(Channel channel, Object message) {
        if (message instanceof Http2GoAwayFrame goAway) {
            leave(channel, goAway.lastStreamId());
        } else if (message instanceof Http2StreamFrame frame && isCurrent(frame.stream())) {
            readAnswer(channel, frame);
        }
    }

    private boolean isCurrent(Http2FrameStream frames) {
        return isAsked() && stream.filter(asked -> asked.equals(frames)).isPresent();
    }

    private void readAnswer(Channel channel, Http2StreamFrame frame) {
        if (frame instanceof Http2ResetFrame reset) {
            broken(channel, new Failed(Reason.RESET, "stream reset, error code " + reset.errorCode()));
        } else if (frame instanceof Http2HeadersFrame headers) {
            begun();
            answer.headers(headers.headers());
            endIf(channel, headers.isEndStream());
        } else if (frame instanceof Http2DataFrame data) {
            begun();
            int size = data.initialFlowControlledBytes();
            bytes += size;
            answer.data(data.content());
            if (!data.isEndStream()) {
                var _ = channel.write(new DefaultHttp2WindowUpdateFrame(size).stream(data.stream()));
            }
            endIf(channel, data.isEndStream());
        }
    }

    private void endIf(Channel channel, boolean isLast) {
        if (isLast || bytes > READ_AT_MOST) {
            answered(channel, answer.end(), isLast && !leaving);
        }
    }

    /** The server takes no more streams than it has taken. */
    private void leave(Channel channel, int lastStream) {
        leaving = true;
        if (!isAsked()) {
            hangUp(channel);
        } else if (stream.filter(asked -> asked.id() > lastStream).isPresent()) {
            broken(channel, new Failed(Reason.RESET, "the server is going away"));
        }
    }

    /** Only a handler of this kind can make streams. */
    private static final class Streams extends Http2ChannelDuplexHandler {
        Http2FrameStream next() {
            return newStream();
        }
    }
}
