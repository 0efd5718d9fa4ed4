package dev.baton.prober;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server over HTTP/2 that answers each request as the test wants. */
final class Http2Server implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger accepted = new AtomicInteger();
    private final Channel listening;

    /** How one request is answered. */
    interface Manners {
        void answer(Request request);
    }

    Http2Server(Manners manners) {
        listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.incrementAndGet();
                        channel.pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer().build(), new Requests(manners));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** One request, and the ways to answer it. */
    record Request(ChannelHandlerContext context, Http2FrameStream stream, Http2Headers headers, ByteBuf body) {
        Request headers(boolean last, String... namesAndValues) {
            var headers = new DefaultHttp2Headers();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                headers.add(namesAndValues[i], namesAndValues[i + 1]);
            }
            var _ = context.writeAndFlush(new DefaultHttp2HeadersFrame(headers, last).stream(stream));
            return this;
        }

        Request data(boolean last, byte... data) {
            ByteBuf content = Unpooled.wrappedBuffer(data);
            var _ = context.writeAndFlush(new DefaultHttp2DataFrame(content, last).stream(stream));
            return this;
        }

        void reset() {
            var _ = context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR).stream(stream));
        }

        void goAway() {
            var _ = context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
    }

    private static final class Requests extends ChannelInboundHandlerAdapter {
        private final Manners manners;
        private Http2Headers headers = new DefaultHttp2Headers();

        Requests(Manners manners) {
            this.manners = manners;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2HeadersFrame frame) {
                headers = frame.headers();
                if (frame.isEndStream()) {
                    manners.answer(new Request(context, frame.stream(), headers, Unpooled.EMPTY_BUFFER));
                }
            } else if (message instanceof Http2DataFrame frame) {
                manners.answer(new Request(context, frame.stream(), headers, frame.content()));
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
