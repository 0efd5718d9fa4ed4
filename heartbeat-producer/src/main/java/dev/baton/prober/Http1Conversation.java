package dev.baton.prober;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Probe;
import dev.baton.prober.Outcome.Failed;
import dev.baton.prober.Outcome.Passed;
import dev.baton.prober.Outcome.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/** GET over HTTP/1.1, on a connection that is kept. */
final class Http1Conversation extends Conversation {
    /** The one status below 200 that is the last word on this protocol. */
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Probe.Http question;
    private final byte[] request;

    private boolean interim;
    private boolean again;
    private Outcome outcome = new Passed();
    private long bytes;

    Http1Conversation(Probe.Http question, EndpointAddress endpoint) {
        this.question = question;
        this.request = ("GET " + RequestText.escaped(question.path()) + " HTTP/1.1\r\n"
                        + "Host: " + RequestText.authority(question.host(), endpoint) + "\r\n"
                        + "User-Agent: " + RequestText.AGENT + "\r\n"
                        + "Accept: */*\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    void addCodec(ChannelPipeline pipeline) {
        // The request is always the same and needs no encoder.
        pipeline.addLast(new HttpResponseDecoder());
    }

    @Override
    void write(Channel channel) {
        bytes = 0;
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(request), channel.voidPromise());
    }

    @Override
    void read(Channel channel, Object message) {
        if (!isAsked()) {
            // An answer to nothing: what else may come on such a connection is not to be believed.
            hangUp(channel);
            return;
        }
        begun();
        if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
            broken(
                    channel,
                    Failures.malformed(
                            "not HTTP/1.1: " + part.decoderResult().cause().getMessage()));
            return;
        }
        if (message instanceof HttpResponse response) {
            begin(response);
        }
        if (message instanceof HttpContent content) {
            bytes += content.content().readableBytes();
            goOn(channel, message instanceof LastHttpContent);
        }
    }

    private void begin(HttpResponse response) {
        int status = response.status().code();
        interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL && status != SWITCHING_PROTOCOLS;
        again = HttpUtil.isKeepAlive(response);
        outcome = question.isGood(status) ? new Passed() : new Failed(Reason.BAD_STATUS, "status " + status);
    }

    private void goOn(Channel channel, boolean isLast) {
        if (isLast && !interim) {
            answered(channel, outcome, again);
        } else if (bytes > READ_AT_MOST) {
            answered(channel, outcome, false);
        }
    }
}
