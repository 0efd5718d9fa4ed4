package dev.baton.contract.mesh;

import java.time.Duration;
import java.util.List;

/**
 * How many endpoints of a destination may be out at a time, and how one comes back.
 *
 * @param maxEjectionPercent of the endpoints that are ready; one more is never ejected
 * @param holdDown an endpoint stays out at least this long
 * @param ramp percent of its share that a returning endpoint gets, step by step, before all of it; none: all at once
 * @param rampStep how long each step lasts
 */
public record ReturnRules(
        int maxEjectionPercent, Duration holdDown, List<Integer> ramp, Duration rampStep, Failback failback) {
    /** Until a policy says otherwise. */
    public static final ReturnRules DEFAULT =
            new ReturnRules(50, Duration.ofSeconds(10), List.of(), Duration.ZERO, Failback.PROBED);

    private static final int WHOLE = 100;

    public ReturnRules {
        ramp = List.copyOf(ramp);
        if (maxEjectionPercent < 0 || maxEjectionPercent > WHOLE) {
            throw new IllegalArgumentException(
                    "maxEjectionPercent: " + maxEjectionPercent + " is not from 0 to " + WHOLE);
        }
        if (holdDown.isNegative() || rampStep.isNegative()) {
            throw new IllegalArgumentException(
                    "holdDown: " + holdDown + ", rampStep: " + rampStep + "; neither may be below 0s");
        }
        for (int i = 0; i < ramp.size(); i++) {
            int least = i == 0 ? 1 : ramp.get(i - 1) + 1;
            if (ramp.get(i) < least || ramp.get(i) >= WHOLE) {
                throw new IllegalArgumentException(
                        "ramp: " + ramp + " does not rise from at least 1 to below " + WHOLE);
            }
        }
    }

    /** Who says that an endpoint may return. */
    public enum Failback {
        /** Its observers. */
        PROBED,
        /** An operator, and then its observers. */
        MANUAL
    }
}
