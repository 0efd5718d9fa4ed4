package dev.baton.launcher;

import dev.baton.contract.Settings;
import dev.baton.contract.Timings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The times that determine how fast a failure is noticed. */
public final class TimingOptions {
    private static final List<String> OPTIONS = List.of("--update-period", "--monitor-period", "--eviction-timeout");

    @Option(
            names = "--update-period",
            paramLabel = "DURATION",
            defaultValue = "500ms",
            description = "tunnelUpdatePeriod: heartbeat period (default: ${DEFAULT-VALUE}).")
    private Duration updatePeriod = Duration.ofMillis(500);

    @Option(
            names = "--monitor-period",
            paramLabel = "DURATION",
            defaultValue = "250ms",
            description = "tunnelMonitorPeriod: tick period (default: ${DEFAULT-VALUE}).")
    private Duration monitorPeriod = Duration.ofMillis(250);

    @Option(
            names = "--eviction-timeout",
            paramLabel = "DURATION",
            defaultValue = "3s",
            description = "eipEvictionTimeout: silence that costs a node its EIPs (default: ${DEFAULT-VALUE}).")
    private Duration evictionTimeout = Duration.ofSeconds(3);

    /** @throws IllegalArgumentException if the three contradict each other */
    public Timings timings() {
        return new Timings(updatePeriod, monitorPeriod, evictionTimeout);
    }

    /**
     * What a coordinator declares when it starts: the initial settings of a new fleet; for an existing fleet only the
     * times that were set on this command line, in the environment or in the file.
     */
    Optional<Settings> settings(CommandSpec spec, Optional<Settings> inForce) {
        if (inForce.isEmpty()) {
            return Optional.of(Settings.DEFAULT.withTimings(timings()));
        }
        boolean set = OPTIONS.stream().anyMatch(option -> Origins.isSet(spec, option));
        return inForce.filter(before -> set)
                .map(before -> before.withTimings(timings()))
                .filter(wanted -> !inForce.get().equals(wanted));
    }
}
