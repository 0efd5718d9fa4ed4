package dev.baton.heartbeat;

import dev.baton.contract.BootId;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.heartbeat.core.SavedSession;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** The file {@code session} of the run directory: what the node's next process must know of this one's session. */
public final class SessionFile {
    private static final String FILE = "session";
    private static final String NODE = "node";
    private static final String BOOT = "boot";
    private static final String INCARNATION = "incarnation";
    private static final String LEASE_UNTIL = "lease_until_nanos";
    private static final String NO_LEASE = "none";
    private static final String SEQUENCE_LIMIT = "sequence_limit";
    private static final String LONGEST = "longest_lease_millis";

    private static final String LINEAGE = "lineage";

    private final AtomicFiles files;
    private final NodeId node;
    private final BootId boot;

    public SessionFile(AtomicFiles files, NodeId node, BootId boot) {
        this.files = files;
        this.node = node;
        this.boot = boot;
    }

    /** @return empty if there is none, it is damaged, or it is another node's */
    public Optional<SavedSession> read() {
        return files.read(FILE, this::session);
    }

    private SavedSession session(SortedMap<String, String> lines) {
        String of = lines.getOrDefault(NODE, "");
        if (!of.equals(node.value())) {
            throw new IllegalArgumentException("it is of node " + of + ", this is " + node);
        }
        boolean sameBoot = lines.getOrDefault(BOOT, "").equals(boot.value());
        boolean leased = sameBoot && !lines.getOrDefault(LEASE_UNTIL, NO_LEASE).equals(NO_LEASE);
        return new SavedSession(
                new Incarnation(AtomicFiles.number(lines, INCARNATION)),
                leased ? OptionalLong.of(AtomicFiles.number(lines, LEASE_UNTIL)) : OptionalLong.empty(),
                AtomicFiles.number(lines, SEQUENCE_LIMIT),
                // Files of older releases do not have it.
                lines.containsKey(LONGEST) ? Duration.ofMillis(AtomicFiles.number(lines, LONGEST)) : Duration.ZERO,
                Optional.ofNullable(lines.get(LINEAGE)).map(Lineage::new));
    }

    /** @throws java.io.UncheckedIOException if it cannot be written: the file is as it was before */
    public void write(SavedSession session) {
        var lines = new TreeMap<String, String>();
        lines.put(NODE, node.value());
        lines.put(BOOT, boot.value());
        lines.put(INCARNATION, session.incarnation().toString());
        lines.put(
                LEASE_UNTIL,
                session.leaseUntilNanos().isPresent()
                        ? Long.toString(session.leaseUntilNanos().getAsLong())
                        : NO_LEASE);
        lines.put(SEQUENCE_LIMIT, Long.toString(session.sequenceLimit()));
        lines.put(LONGEST, Long.toString(session.longest().toMillis()));
        session.lineage().ifPresent(lineage -> lines.put(LINEAGE, lineage.value()));
        files.replace(FILE, lines);
    }
}
