package dev.baton.contract.mesh;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;

/**
 * An endpoint that was taken out.
 *
 * @param against whom it fails, when it was ejected or worse since then
 * @param since log time of this step
 */
public record Ejection(HealthVerdict against, Step step, Duration since) {
    /** Where it is on its way back. */
    public sealed interface Step {
        record Out() implements Step {}

        /** @param index of the part of its share that it gets, in the rules' ramp */
        record Ramping(int index) implements Step {}
    }

    public boolean isOut() {
        return step instanceof Step.Out;
    }

    /** Also against whom it fails now; it returns for all of them at once. */
    public Ejection widened(HealthVerdict verdict) {
        HealthVerdict both = switch (against) {
            case HealthVerdict.Failing() -> against;
            case HealthVerdict.Passing() -> verdict;
            case HealthVerdict.FailingFrom(var before) ->
                switch (verdict) {
                    case HealthVerdict.Passing() -> against;
                    case HealthVerdict.Failing() -> verdict;
                    case HealthVerdict.FailingFrom(var now) -> {
                        var all = new TreeSet<>(before);
                        all.addAll(now);
                        yield new HealthVerdict.FailingFrom(all);
                    }
                };
        };
        return both.equals(against) ? this : new Ejection(both, step, since);
    }

    public EndpointHealth seenFrom(Locality caller, ReturnRules rules) {
        if (!against.failsFrom(caller)) {
            return EndpointHealth.HEALTHY;
        }
        return switch (step) {
            case Step.Out() -> EndpointHealth.EJECTED;
            case Step.Ramping(int index) -> ramping(rules.ramp(), index);
        };
    }

    /** The rules may have been changed since. */
    private static EndpointHealth ramping(List<Integer> ramp, int index) {
        return index < ramp.size() ? EndpointHealth.ramping(ramp.get(index)) : EndpointHealth.HEALTHY;
    }
}
