package dev.baton.e2e.cluster;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A packet captured at the external server.
 *
 * @param node that sent the frame
 * @param datagram how many bytes of data it had if it was a datagram: the number of its pod's node
 * @param what the packet, as the capture describes it
 */
record SeenPacket(Instant at, String node, String source, Optional<Integer> datagram, String what) {
    /**
     * What a capture must be asked for to be understood here; nodes' interfaces end with the number of their address.
     */
    static final String[] CAPTURE = {
        "tcpdump", "-i", "eth0", "-n", "-e", "-tt", "-l", "--immediate-mode", "ip dst host " + Cluster.SERVER
    };

    private static final Pattern LINE =
            Pattern.compile("(\\d+)\\.(\\d{6}) 02:00:0a:59:00:(\\w\\w) > .* (\\d+(?:\\.\\d+){3})"
                    + "(?:\\.\\d+)? > \\d+(?:\\.\\d+){3}(?:\\.\\d+)?: (.*)");
    private static final Pattern DATAGRAM = Pattern.compile("UDP, length (\\d+)");
    private static final int FIRST_NODE = 10;
    /** No packet may ever leave with an address of a pod. */
    private static final String OF_PODS = "10.90.";

    static Optional<SeenPacket> of(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || !matcher.group(4).startsWith(OF_PODS) && isAboutWhatIsGone(matcher.group(5))) {
            return Optional.empty();
        }
        var at = Instant.ofEpochSecond(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)) * 1_000);
        int node = Integer.parseInt(matcher.group(3), 16) - FIRST_NODE;
        Matcher datagram = DATAGRAM.matcher(matcher.group(5));
        Optional<Integer> bytes =
                datagram.lookingAt() ? Optional.of(Integer.valueOf(datagram.group(1))) : Optional.empty();
        return Optional.of(new SeenPacket(at, "node" + node, matcher.group(4), bytes, matcher.group(5)));
    }

    /**
     * A node's own answers to what the server still sends to a connection of a pod that is gone, or to an EIP of an
     * earlier test: the server takes the node for its holder until its neighbour entry ends.
     */
    private static boolean isAboutWhatIsGone(String what) {
        return what.startsWith("Flags [R")
                || what.matches("ICMP host \\S+ unreachable.*")
                || what.matches("ICMP redirect (\\S+) to host \\1,.*");
    }
}
