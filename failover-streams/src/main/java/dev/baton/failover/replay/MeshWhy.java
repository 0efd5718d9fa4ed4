package dev.baton.failover.replay;

import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.MeshDecided;
import dev.baton.contract.mesh.MeshEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Why a destination's traffic goes where it goes: each decision, its cause, and what was observed. */
public final class MeshWhy {
    private MeshWhy() {}

    /**
     * One paragraph per cause, oldest first; empty if there is no decision about the destination.
     *
     * @param health as far as it is kept
     */
    public static List<String> of(
            DestinationId destination,
            List<LogEntry<MeshEntry>> mesh,
            List<LogEntry<MeshDecided>> decisions,
            List<LogEntry<HealthEvent>> health) {
        SortedMap<Long, LogEntry<MeshEntry>> causes = byOffset(mesh);
        SortedMap<Long, LogEntry<HealthEvent>> observations = byOffset(health);
        var paragraphs = new TreeMap<Long, List<String>>();
        var names = new HashSet<List<Long>>();
        for (LogEntry<MeshDecided> entry : decisions) {
            MeshDecided decided = entry.value();
            // A coordinator that takes over may have said a decision again.
            boolean isNew = names.add(List.of(decided.cause(), (long) decided.index()));
            if (isNew && decided.decision().destination().equals(destination)) {
                paragraphs
                        .computeIfAbsent(decided.cause(), _ -> new ArrayList<>())
                        .add(MeshSentences.of(decided.decision()));
            }
        }
        return paragraphs.entrySet().stream()
                .map(paragraph -> paragraph(paragraph.getKey(), paragraph.getValue(), causes, observations))
                .toList();
    }

    private static <T> SortedMap<Long, LogEntry<T>> byOffset(List<LogEntry<T>> log) {
        var byOffset = new TreeMap<Long, LogEntry<T>>();
        log.forEach(entry -> byOffset.put(entry.offset(), entry));
        return byOffset;
    }

    private static String paragraph(
            long offset,
            List<String> decisions,
            SortedMap<Long, LogEntry<MeshEntry>> causes,
            SortedMap<Long, LogEntry<HealthEvent>> observations) {
        LogEntry<MeshEntry> cause = causes.get(offset);
        var text = new StringBuilder(cause == null ? "-" : cause.at().toString());
        text.append("  ")
                .append(String.join("\n    ", decisions))
                .append("\n    because mesh@")
                .append(offset);
        if (cause == null) {
            return text.append(", which is no longer kept").toString();
        }
        text.append(": ").append(MeshSentences.of(cause.value().event()));
        cause.value().origin().ifPresent(origin -> {
            text.append(" (").append(MeshSentences.of(origin)).append(')');
            LogEntry<HealthEvent> observed = observations.get(origin.offset());
            if (origin.source() == MeshEntry.Source.HEALTH && observed != null) {
                text.append("\n    after ").append(MeshSentences.of(observed.value()));
            }
        });
        return text.toString();
    }
}
