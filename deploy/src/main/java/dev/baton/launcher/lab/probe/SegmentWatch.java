package dev.baton.launcher.lab.probe;

import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Watches the frames on the segment: which node sends with an EIP as source, be it IPv4, IPv6 or ARP, and whether
 * anything goes to the external server with another source. Reads tcpdump's binary output, so that no frame is
 * formatted as text.
 */
public final class SegmentWatch implements AutoCloseable {
    /** Nanosecond times, in this machine's byte order. */
    private static final int MAGIC = 0xa1b23c4d;

    private static final int FILE_HEADER_BYTES = 24;
    private static final int LONGEST = 65_536;
    private static final int ARP = 0x0806;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int FIRST_WRONG = 5;
    /** Wrong frames further apart than this have different causes. */
    private static final Duration APART = Duration.ofMillis(500);

    private final Process tcpdump;
    private final Set<IpAddress> eips;
    private final SortedMap<IpAddress, List<Run>> runs = new TreeMap<>();
    private final List<Frame> wrong = new ArrayList<>();
    private long wrongCount;
    private Instant wrongSince = Instant.MIN;
    private Instant wrongUntil = Instant.MIN;
    private Duration longestWrong = Duration.ZERO;
    private volatile boolean closed;

    /** One frame. */
    public record Frame(Instant at, MacAddress from, IpAddress source) {}

    /** Frames of one source address that one node sent, with none of another node between them. */
    public record Run(MacAddress from, Instant first, Instant last, long frames) {
        Run and(Instant next) {
            return new Run(from, first, next, frames + 1);
        }
    }

    /** @param tcpdump writing frames as {@link #arguments} ask for it; ended on close */
    public SegmentWatch(Process tcpdump, Set<IpAddress> eips) {
        this.tcpdump = tcpdump;
        this.eips = Set.copyOf(eips);
        var thread = new Thread(this::read, "lab-segment");
        thread.setDaemon(true);
        thread.start();
    }

    /** What tcpdump must be started with. */
    public static List<String> arguments(String device, Set<IpAddress> eips, List<String> servers) {
        var filter = new ArrayList<String>(List.of("arp"));
        eips.forEach(eip -> filter.add("src host " + eip));
        servers.forEach(server -> filter.add("(dst host " + server + " and dst portrange " + ExternalServer.PORT + "-"
                + ExternalServer.FLOW_PORT + ")"));
        return List.of(
                "tcpdump",
                "-i",
                device,
                "-n",
                "-U",
                "-w",
                "-",
                "-s",
                "64",
                "-B",
                "16384",
                "--immediate-mode",
                "--time-stamp-precision=nano",
                String.join(" or ", filter));
    }

    /** Forgets what was seen. */
    public synchronized void begin() {
        runs.clear();
        wrong.clear();
        wrongCount = 0;
        wrongSince = Instant.MIN;
        wrongUntil = Instant.MIN;
        longestWrong = Duration.ZERO;
    }

    /** By source address. */
    public synchronized SortedMap<IpAddress, List<Run>> runs() {
        var copy = new TreeMap<IpAddress, List<Run>>();
        runs.forEach((source, list) -> copy.put(source, List.copyOf(list)));
        return copy;
    }

    /** Frames to the external server whose source is no EIP. */
    public synchronized long wrongCount() {
        return wrongCount;
    }

    /** How long they went on without a pause. */
    public synchronized Duration longestWrong() {
        return longestWrong;
    }

    /** The first of them. */
    public synchronized List<Frame> firstWrong() {
        return List.copyOf(wrong);
    }

    /**
     * Frames with one EIP from a node that did not hold it then.
     *
     * @param holders nodes' addresses in the order in which they were to hold it
     */
    public static long outOfTurn(List<Run> runs, List<MacAddress> holders) {
        int turn = 0;
        long frames = 0;
        for (Run run : runs) {
            int next = holders.subList(turn, holders.size()).indexOf(run.from());
            if (next < 0) {
                frames += run.frames();
            } else {
                turn += next;
            }
        }
        return frames;
    }

    private void read() {
        try (var frames = new DataInputStream(new BufferedInputStream(tcpdump.getInputStream(), LONGEST))) {
            byte[] header = frames.readNBytes(FILE_HEADER_BYTES);
            if (header.length < FILE_HEADER_BYTES || little(header, 0) != MAGIC) {
                throw new IOException(
                        "tcpdump wrote no capture: " + HexFormat.of().formatHex(header));
            }
            while (true) {
                note(frames);
            }
        } catch (EOFException e) {
            return; // it was ended
        } catch (IOException e) {
            if (!closed) {
                throw new IllegalStateException("the segment is no longer watched", e);
            }
        }
    }

    private void note(InputStream frames) throws IOException {
        byte[] head = frames.readNBytes(16);
        if (head.length < 16) {
            throw new EOFException();
        }
        int length = little(head, 8);
        if (length < 0 || length > LONGEST) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] frame = frames.readNBytes(length);
        Instant at = Instant.ofEpochSecond(Integer.toUnsignedLong(little(head, 0)), little(head, 4));
        int type = length < 14 ? 0 : (frame[12] & 0xff) << 8 | frame[13] & 0xff;
        switch (type) {
            case ARP -> note(at, frame, 28, 4, false);
            case IPV4 -> note(at, frame, 26, 4, true);
            case IPV6 -> note(at, frame, 22, 16, true);
            default -> {}
        }
    }

    private void note(Instant at, byte[] frame, int offset, int bytes, boolean toServer) throws IOException {
        if (frame.length < offset + bytes) {
            return;
        }
        byte[] raw = Arrays.copyOfRange(frame, offset, offset + bytes);
        IpAddress source = IpAddress.parse(InetAddress.getByAddress(raw).getHostAddress());
        MacAddress from = new MacAddress(HexFormat.ofDelimiter(":").formatHex(frame, 6, 12));
        if (eips.contains(source)) {
            add(source, from, at);
        } else if (toServer) {
            addWrong(new Frame(at, from, source));
        }
    }

    private synchronized void add(IpAddress source, MacAddress from, Instant at) {
        List<Run> list = runs.computeIfAbsent(source, key -> new ArrayList<>());
        if (!list.isEmpty() && list.getLast().from().equals(from)) {
            list.set(list.size() - 1, list.getLast().and(at));
        } else {
            list.add(new Run(from, at, at, 1));
        }
    }

    private synchronized void addWrong(Frame frame) {
        wrongCount++;
        if (wrongUntil.equals(Instant.MIN)
                || Duration.between(wrongUntil, frame.at()).compareTo(APART) > 0) {
            wrongSince = frame.at();
        }
        wrongUntil = frame.at();
        Duration lasted = Duration.between(wrongSince, wrongUntil);
        longestWrong = lasted.compareTo(longestWrong) > 0 ? lasted : longestWrong;
        if (wrong.size() < FIRST_WRONG) {
            wrong.add(frame);
        }
    }

    private static int little(byte[] bytes, int offset) {
        return bytes[offset] & 0xff
                | (bytes[offset + 1] & 0xff) << 8
                | (bytes[offset + 2] & 0xff) << 16
                | (bytes[offset + 3] & 0xff) << 24;
    }

    /** Those of one EIP, or none. */
    public static List<Run> of(Map<IpAddress, List<Run>> runs, IpAddress eip) {
        return runs.getOrDefault(eip, List.of());
    }

    @Override
    public void close() {
        closed = true;
        tcpdump.destroyForcibly();
    }
}
