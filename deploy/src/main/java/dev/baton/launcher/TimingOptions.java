package dev.baton.launcher;

import dev.baton.contract.Settings;
import dev.baton.contract.Timings;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The times that decide how fast a failure is noticed. */
public final class TimingOptions {
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

    public Optional<Settings> settings() {
        return Optional.of(Settings.DEFAULT.withTimings(timings()));
    }
}
