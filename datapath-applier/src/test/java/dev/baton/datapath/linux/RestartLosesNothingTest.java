package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.datapath.lab.Lab;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** An agent that restarts compares its tables with models that it makes beside them; no packet may meet those. */
@NeedsRootAndTools
class RestartLosesNothingTest extends ThreeNodes {
    private static final int RESTARTS = 25;
    private static final int SINK = 9100;
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final Set<Long> arrived = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean ended;

    private DatagramSocket sink(String address) {
        DatagramSocket sink = lab.make("ext", () -> {
            var socket = new DatagramSocket(null);
            socket.setReceiveBufferSize(RECEIVE_BUFFER); // so that a busy machine loses nothing here
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), SINK));
            return socket;
        });
        daemon(() -> {
            while (true) {
                var packet = new DatagramPacket(new byte[Long.BYTES], Long.BYTES);
                sink.receive(packet);
                arrived.add(ByteBuffer.wrap(packet.getData()).getLong());
            }
        });
        return sink;
    }

    /** Each datagram from a socket of its own: a connection that is new to every node. */
    private Thread freshFlows(int n) {
        return daemon(() -> {
            while (!ended) {
                for (String server : List.of(Lab.SERVER4, Lab.SERVER6)) {
                    byte[] number = ByteBuffer.allocate(Long.BYTES)
                            .putLong(sent.incrementAndGet())
                            .array();
                    try (DatagramSocket socket = lab.make("p" + n, DatagramSocket::new)) {
                        socket.send(new DatagramPacket(
                                number, number.length, new InetSocketAddress(InetAddress.getByName(server), SINK)));
                    } catch (IOException e) {
                        failed.incrementAndGet();
                    }
                }
                LockSupport.parkNanos(500_000);
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Thread daemon(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The lab is closing.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void aRestartLosesNoDatagramOfFreshFlowsThroughTheHolder() throws Exception {
        try (DatagramSocket sink4 = sink(Lab.SERVER4);
                DatagramSocket sink6 = sink(Lab.SERVER6)) {
            List<Thread> pods = List.of(freshFlows(1), freshFlows(3));
            for (int i = 0; i < RESTARTS; i++) {
                datapath(2).close();
                var next = new LinuxDatapath(options(2));
                datapaths.set(1, next);
                next.open();
                applied(2);
            }
            ended = true;
            for (Thread pod : pods) {
                pod.join();
            }
            assertEquals(0, failed.get());
            long deadline = System.nanoTime() + WITHIN.toNanos();
            while (arrived.size() < sent.get() && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(5_000_000);
            }
            var lost = new TreeSet<Long>();
            for (long number = 1; number <= sent.get(); number++) {
                if (!arrived.contains(number)) {
                    lost.add(number);
                }
            }
            assertTrue(sent.get() > 1_000, "too few: " + sent);
            assertEquals(Set.of(), lost, "of " + sent);
        }
    }
}
