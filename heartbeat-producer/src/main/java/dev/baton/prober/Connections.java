package dev.baton.prober;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens connections on the event loop. */
final class Connections {
    private final EventLoop loop;
    private final Bootstrap bootstrap;

    Connections(EventLoop loop) {
        this.loop = loop;
        bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.TCP_NODELAY, true)
                // The probe's own timeout closes it.
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    }

    /**
     * Opens one.
     *
     * @param then is told on the event loop, and when the protocol's handlers know of the connection; the future itself
     *     is done before they do
     */
    Channel open(InetAddress address, int port, Optional<Conversation> conversation, Consumer<ChannelFuture> then) {
        ChannelFuture future = bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        conversation.ifPresent(each -> {
                            each.addCodec(channel.pipeline());
                            channel.pipeline().addLast(each);
                        });
                    }
                })
                .connect(new InetSocketAddress(address, port));
        future.addListener((ChannelFuture done) -> loop.execute(() -> then.accept(done)));
        return future.channel();
    }
}
