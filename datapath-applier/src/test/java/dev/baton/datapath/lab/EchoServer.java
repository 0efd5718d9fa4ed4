package dev.baton.datapath.lab;

import dev.baton.contract.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells each client the address it was seen with, over UDP and TCP: the external server of a lab, and its clients. */
public final class EchoServer implements AutoCloseable {
    public static final int PORT = 9000;
    private static final int ANSWER_LIMIT_MS = 250;

    private final List<DatagramSocket> datagrams;
    private final List<ServerSocket> listeners;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    /** On the segment, outside of the cluster. */
    public EchoServer(Lab lab) {
        this(lab, "ext", Lab.SERVER4, Lab.SERVER6);
    }

    /** @param where a pod, or whoever has these addresses */
    public EchoServer(Lab lab, String where, String address4, String address6) {
        datagrams = lab.make(
                where,
                () -> List.of(
                        new DatagramSocket(PORT, InetAddress.getByName(address4)),
                        new DatagramSocket(PORT, InetAddress.getByName(address6))));
        listeners = lab.make(
                where,
                () -> List.of(
                        new ServerSocket(PORT, 16, InetAddress.getByName(address4)),
                        new ServerSocket(PORT, 16, InetAddress.getByName(address6))));
        datagrams.forEach(socket -> daemon(() -> answerDatagrams(socket)));
        listeners.forEach(listener -> daemon(() -> accept(listener)));
    }

    private static void answerDatagrams(DatagramSocket socket) throws IOException {
        while (true) {
            var packet = new DatagramPacket(new byte[64], 64);
            socket.receive(packet);
            byte[] seen = canonical(packet.getAddress()).getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(seen, seen.length, packet.getSocketAddress()));
        }
    }

    private void accept(ServerSocket listener) throws IOException {
        while (true) {
            Socket client = listener.accept();
            client.setTcpNoDelay(true);
            accepted.add(client);
            daemon(() -> {
                var reader = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    answerOn(client);
                }
            });
        }
    }

    private static void answerOn(Socket client) throws IOException {
        String answer = canonical(client.getInetAddress()) + "\n";
        client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
    }

    /** One answer more on each connection that was ever made, without a question. */
    public void answerUnasked() throws IOException {
        for (Socket client : accepted) {
            answerOn(client);
        }
    }

    private static String canonical(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return IpAddress.parse(zone < 0 ? text : text.substring(0, zone)).toString();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The lab is closing.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** The source that the server sees of a new flow from a pod; empty if no answer comes. */
    public static Optional<String> sourceSeen(Lab lab, String pod, String server) {
        return sourceSeen(lab, pod, 0, server);
    }

    /** The same of a flow from this port of the pod; 0: any that is free. */
    public static Optional<String> sourceSeen(Lab lab, String pod, int port, String server) {
        try (DatagramSocket socket = lab.make(pod, () -> new DatagramSocket(port))) {
            socket.setSoTimeout(ANSWER_LIMIT_MS);
            byte[] question = {'?'};
            socket.send(new DatagramPacket(question, 1, new InetSocketAddress(InetAddress.getByName(server), PORT)));
            var answer = new DatagramPacket(new byte[64], 64);
            socket.receive(answer);
            return Optional.of(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A connection that stays. */
    public static Socket connect(Lab lab, String pod, String server) {
        return lab.make(pod, () -> {
            var socket = new Socket();
            socket.connect(new InetSocketAddress(InetAddress.getByName(server), PORT), 2_000);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(5_000);
            return socket;
        });
    }

    /** One question and answer over a connection. */
    public static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write("?\n".getBytes(StandardCharsets.UTF_8));
        return answer(socket);
    }

    /** The answer to a question that was asked already. */
    public static String answer(Socket socket) throws IOException {
        var answer = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            answer.append((char) c);
        }
        return answer.toString();
    }

    @Override
    public void close() throws IOException {
        for (DatagramSocket socket : datagrams) {
            socket.close();
        }
        for (ServerSocket listener : listeners) {
            listener.close();
        }
    }
}
