package dev.baton.agent;

import dev.baton.agent.core.Lineages;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.Lineage;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.AtomicFiles;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of the run directory that say what the node has read of the logs. */
final class LogFiles {
    private static final String EPOCHS = "epochs";
    private static final String CLUSTER = "cluster";
    private static final String ID = "id";
    private static final String LINEAGE = "lineage";
    private static final String OBEYED = "obeyed";
    private static final String LEFT = "left";
    private static final String TIMINGS = "timings";
    private static final String FLEET = "fleet";
    private static final String UPDATE_PERIOD = "tunnel_update_period_ms";
    private static final String MONITOR_PERIOD = "tunnel_monitor_period_ms";
    private static final String EVICTION_TIMEOUT = "eip_eviction_timeout_ms";

    private final AtomicFiles files;

    LogFiles(AtomicFiles files) {
        this.files = files;
    }

    /** The highest epoch seen of each EIP. */
    SortedMap<Eip, Epoch> epochs() {
        return files.read(EPOCHS, LogFiles::epochs).orElseGet(TreeMap::new);
    }

    private static SortedMap<Eip, Epoch> epochs(SortedMap<String, String> lines) {
        var epochs = new TreeMap<Eip, Epoch>();
        for (String eip : lines.keySet()) {
            epochs.put(Eip.parse(eip), new Epoch(AtomicFiles.number(lines, eip)));
        }
        return epochs;
    }

    void writeEpochs(SortedMap<Eip, Epoch> epochs) {
        var lines = new TreeMap<String, String>();
        epochs.forEach((eip, epoch) -> lines.put(eip.toString(), epoch.toString()));
        files.replace(EPOCHS, lines);
    }

    /** The Kafka cluster whose logs the rest comes from; empty: none was read yet. */
    Optional<String> cluster() {
        return files.read(CLUSTER, lines -> lines.getOrDefault(ID, "")).filter(id -> !id.isEmpty());
    }

    /**
     * From now on these files are about that cluster. Epochs of another one count for nothing there: they are forgotten
     * first, so that a crash in between only leads here again.
     */
    void enter(String cluster) {
        if (cluster().filter(known -> !known.equals(cluster)).isPresent()) {
            writeEpochs(new TreeMap<>());
        }
        var lines = new TreeMap<String, String>();
        lines.put(ID, cluster);
        files.replace(CLUSTER, lines);
    }

    /** Which lineage the node obeys, and which it has left. */
    Lineages lineages() {
        return files.read(LINEAGE, LogFiles::lineages).orElse(Lineages.NONE);
    }

    private static Lineages lineages(SortedMap<String, String> lines) {
        return new Lineages(
                lineages(lines, OBEYED).findFirst(), lineages(lines, LEFT).toList());
    }

    private static Stream<Lineage> lineages(SortedMap<String, String> lines, String name) {
        return Stream.of(lines.getOrDefault(name, "").split(","))
                .filter(text -> !text.isEmpty())
                .map(Lineage::new);
    }

    /** Epochs of another lineage count for nothing: they are forgotten first, as those of another cluster are. */
    void write(Lineages lineages) {
        Optional<Lineage> before = lineages().obeyed();
        if (before.isPresent() && !before.equals(lineages.obeyed())) {
            writeEpochs(new TreeMap<>());
        }
        var lines = new TreeMap<String, String>();
        lineages.obeyed().ifPresent(obeyed -> lines.put(OBEYED, obeyed.value()));
        lines.put(LEFT, lineages.left().stream().map(Lineage::value).collect(Collectors.joining(",")));
        files.replace(LINEAGE, lines);
    }

    /** The timings of this fleet in this cluster; empty: what is there is another's. */
    Optional<Timings> timings(String cluster, FleetId fleet) {
        return files.read(
                        TIMINGS,
                        lines -> lines.getOrDefault(CLUSTER, "").equals(cluster)
                                        && lines.getOrDefault(FLEET, "").equals(fleet.value())
                                ? Optional.of(timings(lines))
                                : Optional.<Timings>empty())
                .flatMap(found -> found);
    }

    private static Timings timings(SortedMap<String, String> lines) {
        return new Timings(
                Duration.ofMillis(AtomicFiles.number(lines, UPDATE_PERIOD)),
                Duration.ofMillis(AtomicFiles.number(lines, MONITOR_PERIOD)),
                Duration.ofMillis(AtomicFiles.number(lines, EVICTION_TIMEOUT)));
    }

    void writeTimings(String cluster, FleetId fleet, Timings timings) {
        var lines = new TreeMap<String, String>();
        lines.put(CLUSTER, cluster);
        lines.put(FLEET, fleet.value());
        lines.put(UPDATE_PERIOD, millis(timings.tunnelUpdatePeriod()));
        lines.put(MONITOR_PERIOD, millis(timings.tunnelMonitorPeriod()));
        lines.put(EVICTION_TIMEOUT, millis(timings.eipEvictionTimeout()));
        files.replace(TIMINGS, lines);
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
