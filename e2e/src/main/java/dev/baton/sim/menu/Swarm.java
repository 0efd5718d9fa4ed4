package dev.baton.sim.menu;

import dev.baton.contract.FailsafeMode;
import dev.baton.contract.OnNoGateway;
import dev.baton.contract.Settings;
import dev.baton.contract.Timings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * All knobs of one run, drawn from the seed: each run leaves some faults out, so that the others get far.
 *
 * @param eips addresses in each gateway's pool
 * @param dualStack whether each EIP has an address of either family
 * @param applyNanos how long one change to a node usually takes
 * @param applyFails share of the changes that fail
 * @param wandering share of the given-up writes that are appended late all the same
 * @param faultGap mean true time between two faults
 * @param latency longest delay of one way to a log
 * @param punctuations how often in a tick's period the coordinator looks whether one is due
 * @param rateError largest error of a clock's rate
 */
public record Swarm(
        int nodes,
        int eips,
        int gateways,
        boolean dualStack,
        Settings settings,
        Set<Fault> faults,
        long applyNanos,
        double applyFails,
        double wandering,
        long faultGap,
        long latency,
        int punctuations,
        double rateError,
        double churn) {
    private static final List<Timings> TIMINGS = List.of(
            Timings.DEFAULT,
            new Timings(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofSeconds(1)),
            new Timings(Duration.ofMillis(50), Duration.ofMillis(25), Duration.ofMillis(300)));

    public static Swarm drawnFrom(Random random) {
        Timings timings = TIMINGS.get(random.nextInt(TIMINGS.size()));
        Duration timeout = timings.eipEvictionTimeout();
        var settings = new Settings(
                timings,
                timeout.multipliedBy(2).dividedBy(3),
                timeout.multipliedBy(2),
                random.nextInt(4) == 0 ? 60 : 100,
                OnNoGateway.DROP,
                FailsafeMode.OFF,
                Settings.DEFAULT.tunnelIpv4Subnet(),
                Settings.DEFAULT.tunnelIpv6Subnet());
        var faults = EnumSet.noneOf(Fault.class);
        int share = List.of(20, 40, 70).get(random.nextInt(3));
        for (Fault fault : Fault.values()) {
            if (fault.breaks().isEmpty() && random.nextInt(100) < share) {
                faults.add(fault);
            }
        }
        if (faults.isEmpty()) {
            faults.add(Fault.FREEZE_NODE);
        }
        return new Swarm(
                2 + random.nextInt(5),
                1 + random.nextInt(8),
                1 + random.nextInt(2),
                random.nextInt(3) == 0,
                settings,
                faults,
                2_000_000L + random.nextInt(18_000_000),
                random.nextInt(3) == 0 ? 0.1 : 0,
                random.nextInt(2) == 0 ? 0.3 : 0,
                Math.round(timeout.toNanos() * (0.1 + random.nextDouble())),
                random.nextBoolean() ? 600_000 : 5_000_000,
                List.of(4, 10, 30).get(random.nextInt(3)),
                random.nextInt(3) == 0 ? 0 : 0.005,
                random.nextInt(3) == 0 ? 0 : random.nextDouble());
    }

    /** The same run with other faults, so that what matters to a mutant comes often; some changes fail in each. */
    public Swarm with(Set<Fault> others) {
        return new Swarm(
                nodes,
                eips,
                gateways,
                dualStack,
                settings,
                others,
                applyNanos,
                Math.max(applyFails, 0.1),
                wandering,
                faultGap,
                latency,
                punctuations,
                rateError,
                churn);
    }

    public boolean has(Fault fault) {
        return faults.contains(fault);
    }

    public Wishes wishes() {
        return new Wishes(eips, gateways, dualStack);
    }

    public long timeoutNanos() {
        return settings.timings().eipEvictionTimeout().toNanos();
    }

    @Override
    public String toString() {
        Timings timings = settings.timings();
        return String.format(
                Locale.ROOT,
                "nodes=%d eips=%d gateways=%d dual=%b update=%dms monitor=%dms timeout=%dms maxFail=%d%% apply=%dms"
                        + " applyFails=%.2f wandering=%.2f faultGap=%dms latency=%dus punctuations=%d rateError=%.3f"
                        + " churn=%.2f faults=%s",
                nodes,
                eips,
                gateways,
                dualStack,
                timings.tunnelUpdatePeriod().toMillis(),
                timings.tunnelMonitorPeriod().toMillis(),
                timings.eipEvictionTimeout().toMillis(),
                settings.maxFailPercent(),
                applyNanos / 1_000_000,
                applyFails,
                wandering,
                faultGap / 1_000_000,
                latency / 1_000,
                punctuations,
                rateError,
                churn,
                new TreeSet<>(faults));
    }
}
