package dev.baton.contract.wire;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import dev.baton.contract.Heartbeat;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.NodeId;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.Rules;
import dev.baton.contract.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Run by hand: what encoding and decoding the two frequent records cost, in nanoseconds, and their size in bytes. */
public final class CodecSpeed {
    private static final int ROUNDS = 1_000_000;
    private static long sink;

    private CodecSpeed() {}

    public static void main(String[] args) {
        var codec = WireCodec.bundled();
        Map<String, LivenessEvent> events = new TreeMap<>();
        events.put("tick", new Tick("coordinator-0", 3, 123456, Duration.ofMillis(250)));
        events.put(
                "heartbeat",
                new Heartbeat(
                        new NodeId("worker-17.rack-3.example"),
                        new Incarnation(4),
                        123456,
                        DatapathState.READY,
                        DatapathFault.NONE,
                        987654,
                        false,
                        Duration.ofSeconds(3),
                        Optional.of(new ParentInterface(
                                "eth0",
                                Optional.of(IpAddress.parse("10.6.1.17")),
                                Optional.of(IpAddress.parse("fd00::17")))),
                        Optional.empty(),
                        Rules.NEWEST,
                        Instant.ofEpochMilli(1_790_000_000_000L)));
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            events.forEach((name, event) -> measure(codec, name, event));
        }
    }

    private static void measure(WireCodec codec, String name, LivenessEvent event) {
        byte[] bytes = codec.encode(Logs.HEARTBEATS, event);
        long begin = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
            sink += codec.encode(Logs.HEARTBEATS, event).length;
        }
        long encoded = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
            sink += codec.decode(Logs.HEARTBEATS, bytes).hashCode();
        }
        long decoded = System.nanoTime();
        System.out.printf(
                "%s bytes=%d encode_ns=%d decode_ns=%d sink=%d%n",
                name, bytes.length, (encoded - begin) / ROUNDS, (decoded - encoded) / ROUNDS, sink);
    }
}
