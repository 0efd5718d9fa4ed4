package dev.baton.prober;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/** Makes an outcome of the parts of one answer. */
interface Http2Answer {
    /** The answer's first ones or its trailers. */
    void headers(Http2Headers headers);

    void data(ByteBuf data);

    /** It is over, or longer than is read. */
    Outcome end();
}
