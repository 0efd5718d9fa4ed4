package dev.baton.launcher.lab;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The result of one scenario. Times are in milliseconds.
 *
 * @param violated expectations that did not hold; empty if all is well
 * @param holders nodes in the order in which they held the EIP
 * @param sources addresses that the external server saw of the pods
 * @param gapMs longest time without datagrams of any pod that should get through
 * @param gapsMs the same for each such pod, IPv4 and then IPv6
 * @param quietMs between the former holder's last frame with an EIP and the next one's first
 * @param framesOutOfTurn frames with an EIP of a node that did not hold it then
 * @param wrongSources packets of pods to the external server with another source than the EIP
 * @param wrongMs how long they left without a pause
 * @param stallMs longest time without a response on a long-lived connection
 */
public record Report(
        String scenario,
        List<String> violated,
        List<String> holders,
        List<String> sources,
        long probesLost,
        @JsonProperty("gap_ms") long gapMs,
        @JsonProperty("gaps_ms") SortedMap<String, List<Long>> gapsMs,
        Optional<Phases> phases,
        @JsonProperty("quiet_ms") Optional<Long> quietMs,
        long framesOutOfTurn,
        long wrongSources,
        @JsonProperty("wrong_ms") long wrongMs,
        @JsonProperty("stall_ms") long stallMs,
        int resets) {
    public Report {
        violated = List.copyOf(violated);
        holders = List.copyOf(holders);
        sources = List.copyOf(sources);
    }

    /**
     * How the time between the fault and the next holder's first frame was spent.
     *
     * @param detectionMs until the log says that the node is timed out
     * @param decisionMs from there until the log has the next holder
     * @param applyMs from there until its first frame is on the segment
     */
    public record Phases(
            @JsonProperty("detection_ms") long detectionMs,
            @JsonProperty("decision_ms") long decisionMs,
            @JsonProperty("apply_ms") long applyMs) {
        long total() {
            return detectionMs + decisionMs + applyMs;
        }
    }

    @JsonProperty("held")
    public boolean held() {
        return violated.isEmpty();
    }

    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("holders " + String.join(" -> ", holders) + ", sources seen " + String.join(" ", sources));
        lines.add("gap " + gapMs + " ms (" + probesLost + " datagrams; v4 and v6 of each pod: " + gapsMs
                + "), established connections stalled " + stallMs + " ms, resets " + resets);
        phases.ifPresent(p -> lines.add("detection " + p.detectionMs() + " ms + decision " + p.decisionMs()
                + " ms + apply " + p.applyMs() + " ms = " + p.total() + " ms"
                + quietMs.map(quiet -> "; no frame with the EIP for " + quiet + " ms")
                        .orElse("")));
        lines.add("frames with the EIP from two nodes " + framesOutOfTurn + ", packets with a wrong source "
                + wrongSources + (wrongSources > 0 ? " within " + wrongMs + " ms" : ""));
        lines.add(held() ? "HELD" : "VIOLATED: " + String.join("; ", violated));
        return lines;
    }
}
