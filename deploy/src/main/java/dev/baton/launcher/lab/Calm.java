package dev.baton.launcher.lab;

import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.launcher.Durations;
import dev.baton.launcher.Waiting;
import dev.baton.launcher.lab.Scenario.Must;
import dev.baton.launcher.lab.Scenario.Struck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A period without faults, in which no node should be timed out and no packet lost. */
final class Calm {
    private final Lab lab;
    private final Consumer<String> tell;

    Calm(Lab lab, Consumer<String> tell) {
        this.lab = lab;
        this.tell = tell;
    }

    /**
     * The result.
     *
     * @param falseTimeouts nodes that were timed out although they lived
     * @param violated expectations that did not hold
     */
    record Peace(long seconds, long falseTimeouts, List<String> violated) {
        Peace {
            violated = List.copyOf(violated);
        }

        boolean held() {
            return violated.isEmpty();
        }
    }

    Peace keep(Duration time) {
        Instant begin = Instant.now();
        var nothing = new Scenario("calm", "nothing happens", Must.LOSE_NOTHING, here -> wait(here, time));
        Report report = new Judge(lab).play(nothing);
        long timeouts = lab.fleet().read().fleet().stream()
                .filter(entry -> !entry.at().isBefore(begin))
                .filter(entry -> entry.value().event() instanceof TunnelPhaseChanged changed
                        && changed.phase() == TunnelPhase.HEARTBEAT_TIMEOUT)
                .count();
        var violated = new ArrayList<>(report.violated());
        if (timeouts > 0) {
            violated.add(timeouts + " nodes were timed out that lived");
        }
        tell.accept("calm for " + Durations.text(time) + ": false timeouts " + timeouts);
        report.lines().forEach(line -> tell.accept("   " + line));
        return new Peace(time.toSeconds(), timeouts, violated);
    }

    private static Struck wait(Lab lab, Duration time) {
        var struck = new Struck(lab.holder().orElseThrow(), Moment.now(), Set.of());
        long over = struck.at().nanos() + time.toNanos();
        Waiting.until(time.plusSeconds(10), "the time is over", () -> System.nanoTime() - over > 0);
        return struck;
    }
}
