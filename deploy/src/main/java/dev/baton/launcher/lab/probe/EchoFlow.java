package dev.baton.launcher.lab.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A TCP connection that stays: it sends without pause and notes how long its answers stay away. */
final class EchoFlow {
    private static final int MESSAGE_BYTES = 8;
    /** Shorter pauses are the machine's, not the network's. */
    private static final long NOTED_NANOS = 50_000_000;

    private final InetSocketAddress server;
    private final ByteBuffer buffer = ByteBuffer.allocate(65536);
    private final List<Stall> stalls = new ArrayList<>();
    private final List<Long> resets = new ArrayList<>();
    private Optional<SocketChannel> channel = Optional.empty();
    private boolean established;
    private boolean renew;
    private long lastAnswerNanos;

    private record Stall(long fromNanos, long toNanos) {}

    EchoFlow(InetSocketAddress server) {
        this.server = server;
    }

    /** A new connection instead of this one, at the next turn. */
    synchronized void renew() {
        renew = true;
        established = false;
    }

    /** One message out, all answers in. */
    synchronized void turn() {
        try {
            if (renew || channel.isEmpty()) {
                open();
            }
            SocketChannel open = channel.orElseThrow();
            if (open.isConnectionPending() && !open.finishConnect()) {
                return;
            }
            open.write(ByteBuffer.allocate(MESSAGE_BYTES));
            buffer.clear();
            int read = open.read(buffer);
            if (read < 0) {
                throw new IOException("ended by the server");
            }
            if (read > 0) {
                answered(System.nanoTime());
            }
        } catch (IOException e) {
            if (established) {
                resets.add(System.nanoTime());
            }
            close();
        }
    }

    private void open() throws IOException {
        close();
        renew = false;
        SocketChannel opened = SocketChannel.open();
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        opened.configureBlocking(false);
        channel = Optional.of(opened);
        opened.connect(server);
    }

    private void answered(long nowNanos) {
        if (established && nowNanos - lastAnswerNanos > NOTED_NANOS) {
            stalls.add(new Stall(lastAnswerNanos, nowNanos));
        }
        established = true;
        lastAnswerNanos = nowNanos;
    }

    synchronized void close() {
        established = false;
        try {
            if (channel.isPresent()) {
                channel.get().close();
            }
        } catch (IOException e) {
            return; // closed either way
        } finally {
            channel = Optional.empty();
        }
    }

    synchronized boolean isAnsweredAfter(long nanos) {
        return established && lastAnswerNanos - nanos > 0;
    }

    synchronized Duration longestStall(long fromNanos, long toNanos) {
        long longest = established ? Math.max(0, toNanos - Math.max(lastAnswerNanos, fromNanos)) : 0;
        for (Stall stall : stalls) {
            if (stall.toNanos() - fromNanos >= 0 && stall.fromNanos() - toNanos <= 0) {
                longest = Math.max(longest, stall.toNanos() - stall.fromNanos());
            }
        }
        return Duration.ofNanos(longest > NOTED_NANOS ? longest : 0);
    }

    synchronized int resets(long fromNanos, long toNanos) {
        return (int) resets.stream()
                .filter(at -> at - fromNanos >= 0 && at - toNanos <= 0)
                .count();
    }
}
