package dev.baton.datapath.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A packet of some pod every millisecond: each time over the next of its flows, of which some begin meanwhile. */
public final class Volley {
    private static final int FLOWS = 60;
    private static final int NEW_FLOW_EVERY = 8;
    private static final int ANSWER_LIMIT_MS = 60;

    private final Lab lab;
    private final int pods;
    private final List<Flow> flows = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final Thread thread = new Thread(this::send);
    private volatile boolean ended;

    private record Flow(DatagramSocket socket, InetSocketAddress server) {
        void ask() {
            try {
                socket.send(new DatagramPacket(new byte[] {'?'}, 1, server));
            } catch (IOException e) {
                // Such as an answer that nothing was there: part of what is tested.
            }
        }

        /** The newest answer; empty text if there is none. */
        String newest() throws IOException {
            String newest = "";
            socket.setSoTimeout(ANSWER_LIMIT_MS);
            while (true) {
                var answer = new DatagramPacket(new byte[64], 64);
                try {
                    socket.receive(answer);
                } catch (SocketTimeoutException e) {
                    return newest;
                }
                newest = new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
            }
        }
    }

    public Volley(Lab lab, int pods) {
        this.lab = lab;
        this.pods = pods;
        thread.setDaemon(true);
        thread.start();
    }

    private void send() {
        while (!ended) {
            int n = sent.get();
            if (n % NEW_FLOW_EVERY == 0 && flows.size() < FLOWS) {
                int which = flows.size();
                DatagramSocket socket = lab.make("p" + (1 + which % pods), DatagramSocket::new);
                String server = which / pods % 2 == 0 ? Lab.SERVER4 : Lab.SERVER6;
                flows.add(new Flow(socket, new InetSocketAddress(address(server), EchoServer.PORT)));
            }
            flows.get(n % flows.size()).ask();
            sent.incrementAndGet();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new IllegalStateException(text, e);
        }
    }

    /** How many packets were sent so far. */
    public int sent() {
        return sent.get();
    }

    /** Ends it, asks once more over each flow; the sources that the server sees of them, empty text for no answer. */
    public Set<String> end() throws Exception {
        ended = true;
        thread.join();
        for (Flow flow : flows) {
            flow.newest();
            flow.ask();
        }
        var seen = new TreeSet<String>();
        for (Flow flow : flows) {
            seen.add(flow.newest());
            flow.socket.close();
        }
        return seen;
    }
}
