package dev.baton.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What the prober's bench asks: a process of its own, so that its cost is not counted and its sockets are not either.
 * All of 127.0.0.0/8 is this machine, so one listening socket is as many endpoints as are wanted.
 */
final class ProbedServer {
    private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok"
            .getBytes(StandardCharsets.US_ASCII);
    private static final int BACKLOG = 4_096;

    private ProbedServer() {}

    /** Prints the port, and ends with its standard input. */
    public static void main(String[] args) throws Exception {
        try (var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
            Channel listening = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new Answering())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .bind(0)
                    .sync()
                    .channel();
            System.out.println(((InetSocketAddress) listening.localAddress()).getPort());
            while (System.in.read() >= 0) {
                // Nothing that is said matters.
            }
        }
    }

    /** A request of the prober comes in one piece. */
    private static final class Answering extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (!(channel.remoteAddress() instanceof InetSocketAddress from)
                    || !from.getAddress().isLoopbackAddress()) {
                var _ = channel.close();
                return;
            }
            channel.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
                @Override
                protected void channelRead0(ChannelHandlerContext context, ByteBuf request) {
                    var _ = context.writeAndFlush(Unpooled.wrappedBuffer(ANSWER), context.voidPromise());
                }
            });
        }
    }
}
