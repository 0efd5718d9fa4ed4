package dev.baton.prober;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What is said on one connection: one question at a time, and the next only after the answer to the one before. It is
 * the last handler of its connection's pipeline.
 */
abstract class Conversation extends ChannelInboundHandlerAdapter {
    /** So much of an answer is read; who sends more has its connection closed. */
    static final int READ_AT_MOST = 64 * 1024;

    private Optional<Asker> asker = Optional.empty();
    private boolean answering;

    /** Who asked hears once how it went. */
    interface Asker {
        /** @param again whether the connection can take another question */
        void answered(Outcome outcome, boolean again);

        /** @param silent nothing of an answer had come: the question may not have been read at all */
        void broken(Outcome how, boolean silent);
    }

    /** Adds the protocol's handlers, before this one. */
    abstract void addCodec(ChannelPipeline pipeline);

    /** Writes the question. */
    abstract void write(Channel channel);

    /** @param message one that the codec has read; it is released afterwards */
    abstract void read(Channel channel, Object message);

    final void ask(Channel channel, Asker by) {
        asker = Optional.of(by);
        answering = false;
        write(channel);
    }

    /** Something of the answer has come. */
    final void begun() {
        answering = true;
    }

    final boolean isAsked() {
        return asker.isPresent();
    }

    final void answered(Channel channel, Outcome outcome, boolean again) {
        Optional<Asker> by = asker;
        asker = Optional.empty();
        by.ifPresent(each -> each.answered(outcome, again));
        if (!again) {
            hangUp(channel);
        }
    }

    final void broken(Channel channel, Outcome how) {
        Optional<Asker> by = asker;
        asker = Optional.empty();
        by.ifPresent(each -> each.broken(how, !answering));
        hangUp(channel);
    }

    /** Whoever asked no longer wants to know. */
    final void forsaken(Channel channel) {
        asker = Optional.empty();
        hangUp(channel);
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        try {
            read(context.channel(), message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) {
        broken(context.channel(), new Outcome.Failed(Outcome.Reason.RESET, "closed before the whole answer"));
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken(context.channel(), Failures.asking(cause));
    }

    /** Nobody waits until it is done. */
    static void hangUp(Channel channel) {
        var _ = channel.close();
    }

    static boolean isTo(Channel channel, HostNames.Found found) {
        return channel.remoteAddress() instanceof InetSocketAddress address
                && found.addresses().contains(address.getAddress());
    }
}
