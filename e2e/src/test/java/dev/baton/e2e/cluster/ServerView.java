package dev.baton.e2e.cluster;

import dev.baton.e2e.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the external server sees: each packet on its interface, and the sources in its own log. */
final class ServerView {
    private final Path echo;
    private final List<SeenPacket> frames = new ArrayList<>();
    private long echoFrom;

    ServerView(Cluster cluster) {
        echo = cluster.folder(Cluster.EXTERNAL).resolve("echo.log");
        Process capture;
        try {
            capture = cluster.inside(Cluster.EXTERNAL, SeenPacket.CAPTURE).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("server-view").start(() -> read(capture));
        Thread.ofPlatform().daemon().name("capture-complaints").start(() -> drain(capture));
    }

    private void read(Process capture) {
        try (BufferedReader lines = capture.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Optional<SeenPacket> frame = SeenPacket.of(line);
                synchronized (this) {
                    frame.ifPresent(frames::add);
                }
            }
        } catch (IOException e) {
            return; // the cluster ended
        }
    }

    private static void drain(Process capture) {
        try (BufferedReader lines = capture.errorReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(line -> {});
        } catch (IOException e) {
            return;
        }
    }

    /** Forgets everything seen so far. */
    synchronized void begin() {
        frames.clear();
        echoFrom = echo.toFile().length();
    }

    synchronized List<SeenPacket> frames() {
        return List.copyOf(frames);
    }

    /** The node that sent the newest packet with this source. */
    Optional<String> sender(String source) {
        return frames().reversed().stream()
                .filter(frame -> frame.source().equals(source))
                .map(SeenPacket::node)
                .findFirst();
    }

    /** The nodes that sent with this source, in turn. */
    List<String> turns(String source) {
        var turns = new ArrayList<String>();
        for (SeenPacket frame : frames()) {
            if (frame.source().equals(source)
                    && (turns.isEmpty() || !turns.getLast().equals(frame.node()))) {
                turns.add(frame.node());
            }
        }
        return turns;
    }

    /** Packets with any other source. */
    List<SeenPacket> othersThan(Set<String> sources) {
        return frames().stream()
                .filter(frame -> !sources.contains(frame.source()))
                .toList();
    }

    /** Sources in the server's own log. */
    SortedSet<String> sources() {
        try {
            long from;
            synchronized (this) {
                from = echoFrom;
            }
            byte[] all = Files.readAllBytes(echo);
            String text = new String(all, (int) from, (int) (all.length - from), StandardCharsets.UTF_8);
            var sources = new TreeSet<String>();
            text.lines()
                    .map(line -> line.split(" "))
                    .filter(words -> words.length > 1)
                    .forEach(words -> sources.add(words[1].substring(0, Math.max(0, words[1].lastIndexOf(':')))));
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The longest time without a datagram from the pods of this node, from the first datagram until now. */
    Duration gap(int node) {
        Duration longest = Duration.ZERO;
        Optional<Instant> last = Optional.empty();
        for (SeenPacket frame : frames()) {
            if (frame.datagram().equals(Optional.of(node))) {
                Duration since =
                        last.map(at -> Duration.between(at, frame.at())).orElse(Duration.ZERO);
                longest = since.compareTo(longest) > 0 ? since : longest;
                last = Optional.of(frame.at());
            }
        }
        Duration open = last.map(at -> Duration.between(at, Instant.now())).orElse(Duration.ofDays(1));
        return open.compareTo(longest) > 0 ? open : longest;
    }

    /** Waits until packets that the pods of these nodes send from now on arrive with this source. */
    void awaitFlow(String source, List<Integer> nodes) {
        awaitFlow(source, nodes, Instant.now());
    }

    /** The same for packets sent from a given time on. */
    void awaitFlow(String source, List<Integer> nodes, Instant from) {
        for (int node : nodes) {
            Eventually.holds(
                    Eventually.LONG,
                    "datagrams of node" + node + "'s pods come from " + source,
                    () -> frames().reversed().stream()
                            .takeWhile(frame -> frame.at().isAfter(from))
                            .anyMatch(frame -> frame.source().equals(source)
                                    && frame.datagram().equals(Optional.of(node))));
        }
    }
}
