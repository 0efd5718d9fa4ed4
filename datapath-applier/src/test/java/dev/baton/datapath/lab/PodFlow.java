package dev.baton.datapath.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One UDP flow of a lab's pod to the server, which tells it the source that it is seen with. */
public final class PodFlow implements AutoCloseable {
    private static final int ANSWER_LIMIT_MS = 60;

    private final DatagramSocket socket;
    private final int node;
    private final String server;

    public PodFlow(Lab lab, int node, String server) {
        this.node = node;
        this.server = server;
        socket = lab.make("p" + node, DatagramSocket::new);
    }

    public int node() {
        return node;
    }

    public boolean isIpv6() {
        return server.equals(Lab.SERVER6);
    }

    public void send() {
        try {
            socket.send(new DatagramPacket(
                    new byte[] {'?'}, 1, new InetSocketAddress(InetAddress.getByName(server), EchoServer.PORT)));
        } catch (IOException e) {
            // Such as an answer that nothing was there: part of what is tested.
        }
    }

    /** The source that the server saw of this datagram; empty: no answer. */
    public Optional<String> ask() {
        try {
            drain();
            send();
            socket.setSoTimeout(ANSWER_LIMIT_MS);
            return Optional.of(receive());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void drain() throws IOException {
        socket.setSoTimeout(1);
        try {
            while (true) {
                receive();
            }
        } catch (SocketTimeoutException e) {
            // Nothing is left of earlier answers.
        }
    }

    private String receive() throws IOException {
        var answer = new DatagramPacket(new byte[64], 64);
        socket.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "the flow of p" + node + " to " + server;
    }

    @Override
    public void close() {
        socket.close();
    }
}
